import Documents
import MirrorCore
import Support

/// `tags` of a mapping of dregsy's: tags by name, `regex:`, `semver:` and `keep:`. A tag is taken that fits one of the
/// first three, where there are any, and all of the last.
enum DregsyTags {
  /// - Returns: for each tag that is named its name, or one rule.
  /// - Throws: `DocumentError` for what one rule cannot say.
  static func choices(_ places: [DocumentNode]) throws(DocumentError) -> [(tag: String?, rule: TagRule?)] {
    var (names, taken, inverted, kept, denied): ([String], [String], [[String]], [[String]], [String]) =
      ([], [], [], [], [])
    var ranges: [String] = []
    for place in places {
      let text = try place.text()
      if let range = text.after("semver:") {
        ranges += try Self.ranges(range, place)
      } else if let expression = text.after("regex:!") {
        inverted.append(try globs(expression, place))
      } else if let expression = text.after("regex:") {
        taken += try globs(expression, place)
      } else if let expression = text.after("keep:!") {
        denied += try globs(expression, place)
      } else if let expression = text.after("keep:") {
        kept.append(try globs(expression, place))
      } else {
        names.append(text)
      }
    }
    // What fits any of them is taken there, and all parts of a row's rule must hold.
    let areMixed =
      [!names.isEmpty || !taken.isEmpty, !ranges.isEmpty, !inverted.isEmpty, !kept.isEmpty].count { $0 } > 1
    if areMixed || inverted.count > 1 || kept.count > 1, let last = places.last {
      throw last.mistake(
        "a row has one rule for its tags, all parts of which must hold, where dregsy takes what fits any of them; leave one kind of them: names and expressions, version ranges, or one inverted or 'keep' expression"
      )
    }
    if !names.isEmpty && taken.isEmpty && denied.isEmpty { return names.map { ($0, nil) } }
    let include = names + taken + kept.flatMap(\.self)
    let exclude = denied + inverted.flatMap(\.self)
    let isAll = include.isEmpty && exclude.isEmpty && ranges.isEmpty
    let rule = TagRule(
      include: isAll ? ["*"] : include, exclude: exclude,
      semver: ranges.isEmpty ? nil : ranges.joined(separator: " || "))
    return [(nil, rule)]
  }

  /// Bound at both ends where the expression does not say so, as in its `internal/pkg/util/regex.go`.
  private static func globs(_ expression: String, _ place: DocumentNode) throws(DocumentError) -> [String] {
    let start = expression.hasPrefix("^") ? "" : "^"
    return try place.globs(regex: start + expression + (expression.hasSuffix("$") ? "" : "$"))
  }

  private static func ranges(_ text: String, _ place: DocumentNode) throws(DocumentError) -> [String] {
    var ranges: [String] = []
    for part in text.split(separator: "||") {
      guard let range = VersionConstraint.translate(String(part.trimmedOfBlanks), .regsync) else {
        throw place.mistake(
          "'\(text.cleaned.shortened(to: 60))' is no version range that a tag rule can say; write for example 'semver: >=1.2.0 <2.0.0'"
        )
      }
      ranges.append(range)
    }
    return ranges
  }
}

extension String {
  /// What stands behind the prefix, blanks in which do not count.
  fileprivate func after(_ prefix: String) -> String? {
    var rest = self[...]
    for character in prefix {
      if character == "!" { rest = rest.drop { $0 == " " } }
      guard rest.first == character else { return nil }
      rest = rest.dropFirst()
    }
    return String(rest.trimmedOfBlanks)
  }
}
