import Support

extension TagRule {
  /// What is wrong with the rule, as a sentence; nil where nothing is.
  public var problem: String? {
    if let pattern = (include + exclude).first(where: { Glob($0) == nil }) {
      return
        "the tag pattern '\(pattern.cleaned)' cannot be read: a [ needs its ], and +( ) takes one character or set"
    }
    if let semver, SemanticVersionRange(semver) == nil {
      return "'\(semver.cleaned)' is no version range; write for example '>=1.2 <2'"
    }
    if let latest, latest < 1 {
      return "'latest' must be 1 or more, not \(latest)"
    }
    return nil
  }

  /// The tags the rule picks, in the order they are kept: highest version first, then other tags from the end of the
  /// alphabet. A rule with a `problem` picks none.
  public func select(from tags: [String]) -> [String] {
    guard problem == nil else { return [] }
    let included = include.compactMap(Glob.init)
    let excluded = exclude.compactMap(Glob.init)
    let range = semver.flatMap(SemanticVersionRange.init)
    let candidates = Set(tags).compactMap { tag -> (tag: String, version: SemanticVersion?)? in
      guard included.isEmpty || included.contains(where: { $0.matches(tag) }) else { return nil }
      guard !excluded.contains(where: { $0.matches(tag) }) else { return nil }
      let version = SemanticVersion(tag)
      if let range {
        guard let version, range.contains(version) else { return nil }
      }
      return (tag, version)
    }
    let ordered = candidates.sorted { one, other in
      switch (one.version, other.version) {
      case (let a?, let b?) where a != b: a > b
      case (_?, nil): true
      case (nil, _?): false
      default: one.tag > other.tag
      }
    }
    return ordered.prefix(latest ?? .max).map(\.tag)
  }
}
