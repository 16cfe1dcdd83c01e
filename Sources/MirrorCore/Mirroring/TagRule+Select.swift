import Support

extension TagRule {
  /// Of a rule, so that a tag is soon looked at; and bytes of its range.
  static let mostPatterns = 256
  /// Of its patterns, each of which may take some milliseconds, and 1 MB, to compile.
  static let mostExpressions = 32
  static let longestRange = 1000
  /// What `latest` and `max` may be.
  public static let counts = 1...1_000_000

  /// What is wrong with the rule, as a sentence; nil where nothing is.
  public var problem: String? {
    if include.count + exclude.count > Self.mostPatterns {
      return "a tag rule has at most \(Self.mostPatterns) patterns"
    }
    if (include + exclude).count(where: { TagPattern.expression(in: $0) != nil }) > Self.mostExpressions {
      return "a tag rule has at most \(Self.mostExpressions) regular expressions"
    }
    for pattern in include + exclude {
      if let problem = TagPattern.problem(in: pattern) {
        return "the tag pattern '\(pattern.cleaned.shortened(to: 120))' \(problem)"
      }
    }
    if let semver, semver.utf8.count > Self.longestRange || SemanticVersionRange(semver) == nil {
      return "'\(semver.cleaned.shortened(to: 120))' is not a version range; use for example '>=1.2 <2'"
    }
    if let suffix {
      if suffix.isEmpty { return "the suffix is empty; omit it, or use for example '-alpine'" }
      if let problem = Glob.problem(in: suffix) {
        return "the suffix '\(suffix.cleaned.shortened(to: 120))' \(problem)"
      }
    }
    for (name, number) in [("latest", latest), ("max", max)] {
      if let number, !Self.counts.contains(number) {
        return "'\(name)' must be from 1 to \(Self.counts.upperBound), not \(number)"
      }
    }
    return nil
  }

  /// The tags the rule picks, in the order they are kept: highest version first, then other tags from the end of the
  /// alphabet. A rule with a `problem` picks none.
  public func select(from tags: [String]) -> [String] {
    guard problem == nil else { return [] }
    let included = include.compactMap(TagPattern.init)
    let excluded = exclude.compactMap(TagPattern.init)
    let range = semver.flatMap(SemanticVersionRange.init)
    let ending = suffix.flatMap(Glob.init)
    let candidates = Set(tags).compactMap { tag -> (tag: String, version: SemanticVersion?)? in
      guard included.isEmpty || included.contains(where: { $0.matches(tag) }) else { return nil }
      guard !excluded.contains(where: { $0.matches(tag) }) else { return nil }
      let version: SemanticVersion?
      if let ending {
        guard let (leading, rest) = SemanticVersion.leading(tag), ending.matches(String(rest)) else { return nil }
        version = leading
      } else {
        version = SemanticVersion(tag)
      }
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
