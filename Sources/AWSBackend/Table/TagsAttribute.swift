import AWSClient
import MirrorCore

/// The `Tags` attribute: a map with `include` and `exclude` (lists or sets of strings), `semver` and `suffix`
/// (strings), `latest` and `max` (numbers), each of which may be missing.
enum TagsAttribute {
  static func decode(_ value: AttributeValue) throws(MirrorError) -> TagRule {
    guard let map = value.map else {
      throw .wrongAttribute("Tags", value, "a map (M) with include, exclude, semver, suffix, latest, max")
    }
    var rule = TagRule()
    rule.include = try globs(map, "include")
    rule.exclude = try globs(map, "exclude")
    rule.semver = try text(map, "semver", example: ">=1.2 <2")
    rule.suffix = try text(map, "suffix", example: "-alpine")
    rule.latest = try count(map, "latest")
    rule.max = try count(map, "max")
    return rule
  }

  private static func count(_ map: [String: AttributeValue], _ key: String) throws(MirrorError) -> Int? {
    switch map[key] {
    case nil, .null: return nil
    case let other:
      guard let count = other?.integer else {
        throw .wrongAttribute("Tags.\(key)", other, "a whole number (N) such as 5")
      }
      return Int(count)
    }
  }

  private static func text(
    _ map: [String: AttributeValue], _ key: String, example: String
  ) throws(MirrorError) -> String? {
    switch map[key] {
    case nil, .null: return nil
    case .string(let text): return text
    case let other: throw .wrongAttribute("Tags.\(key)", other, "a string (S) such as \(example)")
    }
  }

  private static func globs(_ map: [String: AttributeValue], _ key: String) throws(MirrorError) -> [String] {
    switch map[key] {
    case nil, .null: return []
    case .string(let one): return [one]
    case .strings(let texts): return texts.sorted()
    case .list(let values):
      let texts = values.compactMap(\.string)
      if texts.count == values.count { return texts }
    default: break
    }
    throw .wrongAttribute("Tags.\(key)", map[key], "a list (L) of strings (S) such as v1.*")
  }

  /// - Parameter former: the map there is so far; what it holds besides a rule is kept.
  static func encode(_ rule: TagRule, over former: AttributeValue? = nil) -> AttributeValue {
    var map = former?.map ?? [:]
    map["include"] = rule.include.isEmpty ? nil : .list(rule.include.map(AttributeValue.string))
    map["exclude"] = rule.exclude.isEmpty ? nil : .list(rule.exclude.map(AttributeValue.string))
    map["semver"] = rule.semver.map(AttributeValue.string)
    map["suffix"] = rule.suffix.map(AttributeValue.string)
    map["latest"] = rule.latest.map { .number(Int64($0)) }
    map["max"] = rule.max.map { .number(Int64($0)) }
    return .map(map)
  }
}
