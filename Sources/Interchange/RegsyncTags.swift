import Documents
import MirrorCore
import Support

/// `tags` and `tagSets` of regsync as a tag rule.
enum RegsyncTags {
  /// A tag rule's ranges leave out prereleases, which regsync's do not: what denies these is written and read with them.
  static let noPrereleases = ".*-.+"

  /// One set: tags that are allowed, in a range where there are some, and not denied.
  private struct TagSet {
    var allow: [String] = []
    var deny: [String] = []
    var ranges: [String] = []

    init(_ place: DocumentNode) throws(DocumentError) {
      let pairs = try place.pairs().filter { !$0.value.isEmpty }
      for (key, value) in pairs {
        switch key {
        case "allow": for place in try value.entries() { allow += try Self.globs(place) }
        case "deny", "semverRange": break
        case _ where key.hasPrefix("x-"): break
        default: throw value.unknown(key, known: ["allow", "deny", "semverRange"])
        }
      }
      let denials = try pairs.first { $0.key == "deny" }?.value.placedTexts() ?? []
      let bounds = try pairs.first { $0.key == "semverRange" }?.value.placedTexts() ?? []
      // A range that names a prerelease takes in others of its version.
      let isOfReleases =
        !bounds.isEmpty && !bounds.contains { $0.text.contains("-") }
        && denials.contains { $0.text == RegsyncTags.noPrereleases }
      for (place, text) in denials where !(isOfReleases && text == RegsyncTags.noPrereleases) {
        deny += try Self.globs(place)
      }
      for (place, _) in bounds { ranges.append(try place.range(isOfReleases ? .regsyncReleases : .regsync)) }
    }

    private static func globs(_ place: DocumentNode) throws(DocumentError) -> [String] {
      // As regsync does it: with alternatives, only the first is bound at its beginning and the last at its end.
      try place.patterns(regex: "^\(try place.text())$")
    }
  }

  /// - Parameter places: of sets, of which a tag must fit one.
  static func rule(_ places: [DocumentNode]) throws(DocumentError) -> TagRule {
    var sets: [TagSet] = []
    for place in places { sets.append(try TagSet(place)) }
    guard var rule = sets.first, let last = places.last else { return TagRule(include: ["*"]) }
    for set in sets.dropFirst() {
      let areLists = [rule, set].allSatisfy { $0.deny.isEmpty && $0.ranges.isEmpty && !$0.allow.isEmpty }
      let areRanges = [rule, set].allSatisfy { $0.deny.isEmpty && !$0.ranges.isEmpty && $0.allow.isEmpty }
      guard areLists || areRanges else {
        throw last.mistake(
          "a row has one tag rule, and sets can be combined in one only if all of them have only 'allow', or only 'semverRange'"
        )
      }
      rule.allow += set.allow
      rule.ranges += set.ranges
    }
    let isAll = rule.allow.isEmpty && rule.deny.isEmpty && rule.ranges.isEmpty
    return TagRule(
      include: isAll ? ["*"] : rule.allow, exclude: rule.deny,
      semver: rule.ranges.isEmpty ? nil : rule.ranges.joined(separator: " || "))
  }
}

extension DocumentNode {
  /// Of a list, or the one thing that stands in its place.
  fileprivate func entries() throws(DocumentError) -> [DocumentNode] { try list() ?? [self] }

  fileprivate func placedTexts() throws(DocumentError) -> [(place: DocumentNode, text: String)] {
    var texts: [(DocumentNode, String)] = []
    for place in try entries() { texts.append((place, try place.text())) }
    return texts
  }

  /// Patterns of a tag rule: globs where they can say it, as they can be told to overlap with others, and read.
  ///
  /// - Parameter regex: what stands here, anchored as the program that it is for would.
  func patterns(regex: String) throws(DocumentError) -> [String] {
    do throws(Glob.RegexError) {
      return try Glob.patterns(regex: regex).map(\.description)
    } catch {
      if !error.isTooMuch, TagPattern("/\(regex)/") != nil { return ["/\(regex)/"] }
      throw mistake(
        "'\(try text().cleaned.shortened(to: 60))' has \(error.reason), which no pattern of a tag rule can express; select the tags in another way"
      )
    }
  }

  func range(_ dialect: VersionConstraint.Dialect) throws(DocumentError) -> String {
    let text = try text()
    guard let range = VersionConstraint.translate(text, dialect) else {
      throw mistake(
        "'\(text.cleaned.shortened(to: 60))' is not a version range that a tag rule can express; use for example '>=1.2 <2'"
      )
    }
    return range
  }
}
