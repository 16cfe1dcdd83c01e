import Support

@testable import Interchange

extension FuzzTarget {
  /// A range of versions, and after a line end a version.
  static let versions = FuzzTarget("versions", longest: 512) { bytes throws(Broken) in
    let parts = bytes.parts(between: [0x0a], atMost: 2).map { String(decoding: $0, as: UTF8.self) }
    let version = parts.count > 1 ? SemanticVersion(parts[1]) : nil
    if let version {
      try hold(SemanticVersion(version.description) == version, "\(version) reads back otherwise")
      try hold(!(version < version), "\(version) is less than itself")
    }
    for dialect in [VersionConstraint.Dialect.regsync, .regsyncReleases, .masterminds] {
      guard let translated = VersionConstraint.translate(parts[0], dialect) else { continue }
      try hold(SemanticVersionRange(translated) != nil, "\(translated) is no range")
      try hold(VersionConstraint.translate(translated, dialect) != nil, "\(translated) is none to its own program")
    }
    guard let range = SemanticVersionRange(parts[0]) else { return }
    try hold(SemanticVersionRange(range.description) == range, "\(range) reads back otherwise")
    if let version {
      try hold(range.contains(version) == SemanticVersionRange(range.description)?.contains(version), "\(range)")
    }
    for dialect in [VersionConstraint.Dialect.regsync, .regsyncReleases, .masterminds] {
      guard let spelled = try? VersionConstraint.spell(parts[0], dialect) else { continue }
      let translated = spelled.compactMap { VersionConstraint.translate($0, dialect) }
      try hold(translated.count == spelled.count, "\(spelled) is no range to another program")
      try hold(SemanticVersionRange(translated.joined(separator: " || ")) == range, "\(range) came back otherwise")
    }
  }
}
