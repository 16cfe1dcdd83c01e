import Support

extension TagRule {
  /// Tags that begin as versions do: of those alone a range picks some.
  private static let versions = ["[0-9]*", "[vV][0-9]*"].compactMap(Glob.init)

  /// Whether one tag can be picked by both rules, as far as it can be told: what takes too long to tell counts as no.
  func canOverlap(_ other: TagRule) -> Bool {
    let ranges = [semver, other.semver].compactMap { $0.flatMap(SemanticVersionRange.init) }
    if ranges.count == 2, !ranges[0].overlaps(ranges[1]) { return false }
    var groups = [include, other.include].filter { !$0.isEmpty }.map { $0.compactMap(Glob.init) }
    if !ranges.isEmpty { groups.append(Self.versions) }
    return Glob.overlap(groups, excluding: (exclude + other.exclude).compactMap(Glob.init)) ?? false
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
