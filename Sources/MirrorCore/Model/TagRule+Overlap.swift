import Support

extension TagRule {
  /// Whether one tag can be picked by both rules, as far as it can be told: what takes too long to tell counts as no.
  func canOverlap(_ other: TagRule) -> Bool {
    // To a rule with a suffix the same tag is another version.
    if (suffix == nil) == (other.suffix == nil), let range, let others = other.range, !range.overlaps(others) {
      return false
    }
    let groups = (shapes + other.shapes).filter { !$0.isEmpty }
    return Glob.overlap(groups, excluding: (exclude + other.exclude).compactMap(Glob.init)) ?? false
  }

  private var range: SemanticVersionRange? { semver.flatMap(SemanticVersionRange.init) }

  /// Groups of globs of which a tag that the rule picks matches one each, where there is any.
  private var shapes: [[Glob]] {
    var groups = [include]
    if let suffix {
      groups.append(["?([vV])[0-9]*\(suffix)"])
    } else if let range {
      groups.append(range.namesPrereleases ? ["?([vV])[0-9]*"] : Self.releases)
    }
    return groups.map { $0.compactMap(Glob.init) }
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
