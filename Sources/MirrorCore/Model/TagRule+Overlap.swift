import Support

extension TagRule {
  /// Whether one tag can be picked by both rules, as far as it can be told: what takes too long to tell counts as no.
  func canOverlap(_ other: TagRule) -> Bool {
    // To a rule with a suffix the same tag is another version.
    if (suffix == nil) == (other.suffix == nil), let range, let others = other.range, !range.overlaps(others) {
      return false
    }
    guard let mine = shapes, let others = other.shapes, let excluded = Self.globs(exclude + other.exclude) else {
      return false
    }
    return Glob.overlap((mine + others).filter { !$0.isEmpty }, excluding: excluded) ?? false
  }

  private var range: SemanticVersionRange? { semver.flatMap(SemanticVersionRange.init) }

  /// nil where no globs can say what a regular expression says.
  private static func globs(_ patterns: [String]) -> [Glob]? {
    var globs: [Glob] = []
    for pattern in patterns.compactMap(TagPattern.init) {
      guard let same = pattern.globs else { return nil }
      globs += same
    }
    return globs
  }

  /// Groups of globs of which a tag that the rule picks matches one each, where there is any; nil where that cannot be
  /// said.
  private var shapes: [[Glob]]? {
    guard let included = Self.globs(include) else { return nil }
    var groups: [[String]] = []
    if let suffix {
      groups.append(["?([vV])[0-9]*\(suffix)"])
    } else if let range {
      groups.append(range.namesPrereleases ? ["?([vV])[0-9]*"] : Self.releases)
    }
    return [included] + groups.map { $0.compactMap(Glob.init) }
  }

  /// Tags that are versions without a prerelease.
  private static let releases = (1...3).map {
    "?([vV])" + Array(repeating: "+([0-9])", count: $0).joined(separator: ".")
  }

  /// Whether the rule would pick this tag if there were no other.
  func picks(_ tag: String) -> Bool { !picked(of: [tag]).isEmpty }

  /// What the rule would pick of these tags if `latest` left none out.
  func picked(of tags: [String]) -> [String] {
    var rule = self
    rule.latest = nil
    return rule.select(from: tags)
  }
}
