import Documents
import MirrorCore
import Support

/// `tags` of a mapping of dregsy's: tags by name, `regex:`, `semver:` and `keep:`, as its README and its
/// `internal/pkg/tags` have them. A tag is taken that fits one of the filters, where there are any, and then all of
/// `keep:`; tags by name are taken in any case.
struct DregsyTags {
  /// Of an image each: `tag`, or `tag@digest`.
  private(set) var names: [String] = []
  /// Of all others; nil where names are all.
  private(set) var rule: TagRule?
  /// A limit that counts what dregsy keeps beside it: tags that are no versions.
  private(set) var limit: DocumentNode?

  /// What the filters say, each in patterns one of which must fit.
  private struct Filters {
    var taken: [String] = []
    var inverted: [[String]] = []
    var ranges: [String] = []
    var kept: [[String]] = []
    var denied: [String] = []
    var latest: Int?

    var areNone: Bool { taken.isEmpty && inverted.isEmpty && ranges.isEmpty }
  }

  /// - Throws: `DocumentError` for what one rule cannot say.
  init(_ places: [DocumentNode]) throws(DocumentError) {
    var filters = Filters()
    var last: DocumentNode?
    for place in places {
      let text = try String(place.text().trimmedOfBlanks)
      if let range = text.after("semver:") {
        filters.ranges += try Self.ranges(range, place)
      } else if let expression = text.after("regex:") {
        if let rest = expression.after("!") {
          filters.inverted.append(try Self.globs(rest, place))
        } else {
          filters.taken += try Self.globs(expression, place)
        }
      } else if let words = text.after("keep:"), let number = Self.limit(words) {
        // Of several the last counts.
        (filters.latest, limit) = number == 0 ? (nil, nil) : (number, place)
      } else if let expression = text.after("keep:") {
        if let rest = expression.after("!") {
          filters.denied += try Self.globs(rest, place)
        } else {
          filters.kept.append(try Self.globs(expression, place))
        }
      } else {
        names.append(try Self.name(text, place))
      }
      last = place
    }
    if let last, let reason = Self.tooMuch(filters) { throw last.mistake(reason) }
    if !names.isEmpty && filters.areNone {
      if let limit { throw limit.mistake("list the wanted tags, or remove this") }
      return
    }
    rule = Self.rule(filters)
    if !filters.ranges.isEmpty { limit = nil }
  }

  private static func tooMuch(_ filters: Filters) -> String? {
    let kinds = [!filters.taken.isEmpty, !filters.ranges.isEmpty, !filters.inverted.isEmpty].count { $0 }
    if kinds > 1 || filters.inverted.count > 1 {
      return
        "all parts of a row's tag rule must match, where dregsy takes what matches any of its filters; keep one kind of them: expressions, version ranges, or one inverted expression"
    }
    if filters.kept.count > 1 || !filters.kept.isEmpty && !filters.taken.isEmpty {
      return
        "a row's tag rule takes what matches one of its patterns, and cannot require several; write one expression for all of 'regex' and 'keep'"
    }
    return nil
  }

  /// Of versions, those with something behind two numbers or one, which are none to dregsy: `1.36-musl`.
  private static let short = ["?([vV])+([0-9])-*", "?([vV])+([0-9]).+([0-9])-*"]

  private static func rule(_ filters: Filters) -> TagRule {
    let include = filters.taken + filters.kept.flatMap(\.self)
    let exclude = filters.denied + filters.inverted.flatMap(\.self) + (filters.ranges.isEmpty ? [] : short)
    return TagRule(
      include: include.isEmpty && exclude.isEmpty ? ["*"] : include, exclude: exclude,
      semver: filters.ranges.isEmpty ? nil : filters.ranges.joined(separator: " || "), latest: filters.latest)
  }

  /// N of `latest N`.
  private static func limit(_ text: String) -> Int? {
    let words = text.split(whereSeparator: \.isWhitespace)
    guard words.count == 2, words[0] == "latest", words[1].utf8.allSatisfy(isDigit) else { return nil }
    return Int(words[1]) ?? .max
  }

  private static func name(_ text: String, _ place: DocumentNode) throws(DocumentError) -> String {
    if text.hasPrefix("sha256:") {
      throw place.mistake("a digest has no tag for the destination; write one before it, as in '1.36@sha256:…'")
    }
    return text
  }

  /// Bound at both ends where the expression does not say so, as in its `internal/pkg/util/regex.go`.
  private static func globs(_ expression: String, _ place: DocumentNode) throws(DocumentError) -> [String] {
    let start = expression.hasPrefix("^") ? "" : "^"
    return try place.patterns(regex: start + expression + (expression.hasSuffix("$") ? "" : "$"))
  }

  private static func ranges(_ text: String, _ place: DocumentNode) throws(DocumentError) -> [String] {
    var ranges: [String] = []
    for part in text.split(separator: "||") {
      guard let range = VersionConstraint.translate(String(part.trimmedOfBlanks), .blang) else {
        throw place.mistake(
          "'\(text.cleaned.shortened(to: 60))' is not a version range that a tag rule can express; use for example 'semver: >=1.2.0 <2.0.0'"
        )
      }
      ranges.append(range)
    }
    return ranges
  }
}

extension String {
  /// What stands behind the prefix, without blanks around it.
  fileprivate func after(_ prefix: String) -> String? {
    hasPrefix(prefix) ? String(dropFirst(prefix.count).trimmedOfBlanks) : nil
  }
}
