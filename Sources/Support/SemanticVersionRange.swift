/// Conditions that all must hold, separated by spaces or commas: `>=1.2 <2`, `1.4.x`, `^1.2`, `~1.2.3`, `=1.0.0`; `||`
/// between ranges means that one of them will do. A prerelease is in a range only where a condition names a prerelease
/// of the same version, or begins with the first prerelease of any: `>=1.2.0-0` takes in all prereleases from there on.
public struct SemanticVersionRange: Sendable, Equatable {
  private enum Comparison: String, CaseIterable, Sendable {
    // Longer spellings first: the first that fits is taken.
    case atLeast = ">="
    case atMost = "<="
    case above = ">"
    case below = "<"
    case equal = "="
  }

  /// One of these lists must hold as a whole.
  private let alternatives: [[Condition]]

  private struct Condition: Sendable, Equatable {
    let comparison: Comparison
    let version: SemanticVersion

    /// `-0` comes before all prereleases of its version. As an upper end it keeps those out, as npm's ranges have it.
    var beginsWithPrereleases: Bool { [.atLeast, .above].contains(comparison) && version.prerelease == ["0"] }

    func holds(for other: SemanticVersion) -> Bool {
      switch comparison {
      case .atLeast: other >= version
      case .atMost: other <= version
      case .above: other > version
      case .below: other < version
      case .equal: other == version
      }
    }
  }

  /// - Returns: nil for what is no range.
  public init?(_ text: String) {
    var alternatives: [[Condition]] = []
    for part in text.split(separator: "||", omittingEmptySubsequences: false) {
      var conditions: [Condition] = []
      for word in part.split(whereSeparator: { $0 == " " || $0 == "," }) {
        guard let parsed = Self.parse(word) else { return nil }
        conditions += parsed
      }
      if conditions.isEmpty { return nil }
      alternatives.append(conditions)
    }
    self.alternatives = alternatives
  }

  public func contains(_ version: SemanticVersion) -> Bool {
    alternatives.contains { conditions in
      guard conditions.allSatisfy({ $0.holds(for: version) }) else { return false }
      if version.prerelease.isEmpty { return true }
      return conditions.contains {
        $0.beginsWithPrereleases
          || !$0.version.prerelease.isEmpty
            && ($0.version.major, $0.version.minor, $0.version.patch) == (version.major, version.minor, version.patch)
      }
    }
  }

  /// Whether a condition names a prerelease.
  public var namesPrereleases: Bool {
    alternatives.contains { $0.contains { !$0.version.prerelease.isEmpty } }
  }

  /// Whether each of the ranges takes in all prereleases between its ends.
  public var takesPrereleases: Bool { alternatives.allSatisfy { $0.contains(where: \.beginsWithPrereleases) } }

  /// Whether a version may be in both.
  public func overlaps(_ other: SemanticVersionRange) -> Bool {
    alternatives.contains { one in other.alternatives.contains { Self.canHold(one + $0) } }
  }

  private static func canHold(_ conditions: [Condition]) -> Bool {
    guard let least = conditions.filter({ [.atLeast, .above, .equal].contains($0.comparison) }).map(\.version).max(),
      let most = conditions.filter({ [.atMost, .below, .equal].contains($0.comparison) }).map(\.version).min()
    else { return true }
    if least != most { return least < most }
    return conditions.allSatisfy { $0.holds(for: least) }
  }

  private static func parse(_ word: Substring) -> [Condition]? {
    if let first = word.first, first == "^" || first == "~" {
      guard let low = SemanticVersion(word.dropFirst()) else { return nil }
      let minorStays = first == "~" || low.major == 0
      return between(low, minorStays ? "\(low.major).\(low.minor + 1)" : "\(low.major + 1)")
    }
    for comparison in Comparison.allCases where word.hasPrefix(comparison.rawValue) {
      return SemanticVersion(word.dropFirst(comparison.rawValue.count)).map {
        [Condition(comparison: comparison, version: $0)]
      }
    }
    let parts = word.split(separator: ".", omittingEmptySubsequences: false)
    // `1.2.0-rc.x` is a version.
    if let last = parts.last, ["x", "X", "*"].contains(last), !word.contains("-"), !word.contains("+") {
      guard (2...3).contains(parts.count), let low = SemanticVersion(parts.dropLast().joined(separator: ".")) else {
        return nil
      }
      return between(low, parts.count == 2 ? "\(low.major + 1)" : "\(low.major).\(low.minor + 1)")
    }
    return SemanticVersion(word).map { [Condition(comparison: .equal, version: $0)] }
  }

  private static func between(_ low: SemanticVersion, _ high: String) -> [Condition]? {
    guard let high = SemanticVersion(high) else { return nil }
    return [Condition(comparison: .atLeast, version: low), Condition(comparison: .below, version: high)]
  }
}

extension SemanticVersionRange: CustomStringConvertible {
  /// With comparisons and versions in full only, which every program reads alike: `>=1.2.0 <2.0.0`.
  public var description: String {
    alternatives.map { $0.map { "\($0.comparison.rawValue)\($0.version)" }.joined(separator: " ") }
      .joined(separator: " || ")
  }
}
