import FoundationEssentials
import MirrorCore
import Support

/// Mirrors as JSON: `{"mirrors": [{"source", "destinations", "expires", "enabled", "tags", "options"}]}`; an array
/// alone is read too, and `destination` with one text.
enum JSONRows {
  /// - Throws: `InterchangeError` naming the item.
  static func read(_ text: String) throws -> [MirrorEntry] {
    let document: JSONValue
    do {
      document = try JSONDecoder().decode(JSONValue.self, from: Data(text.utf8))
    } catch {
      throw InterchangeError("this is not JSON")
    }
    let items: [JSONValue]
    switch document {
    case .array(let array): items = array
    case .object(let object):
      guard case .array(let array) = object["mirrors"] else {
        throw InterchangeError("the document has no list 'mirrors'")
      }
      items = array
    default: throw InterchangeError("a list of mirrors is expected")
    }
    return try items.enumerated().map { try entry($1, number: $0 + 1) }
  }

  private static let keys: Set = ["source", "destination", "destinations", "expires", "enabled", "tags", "options"]

  private static func entry(_ item: JSONValue, number: Int) throws -> MirrorEntry {
    func mistake(_ reason: String) -> InterchangeError { InterchangeError("mirror \(number): \(reason)") }
    guard case .object(let fields) = item else { throw mistake("an object is expected") }
    if let unknown = fields.keys.filter({ !keys.contains($0) }).min() {
      throw mistake("'\(unknown.cleaned)' is no key; there are \(keys.sorted().joined(separator: ", "))")
    }
    guard case .string(let source) = fields["source"] else { throw mistake("'source' must be a text") }
    var entry = MirrorEntry(source: source, destinations: [])
    switch fields["destinations"] ?? fields["destination"] {
    case .string(let one): entry.destinations = [one]
    case .array(let many):
      for destination in many {
        guard case .string(let text) = destination else { throw mistake("'destinations' must be a list of texts") }
        entry.destinations.append(text)
      }
    default: throw mistake("'destinations' must be a list of texts")
    }
    switch fields["expires"] ?? .null {
    case .null: break
    case .string(let text):
      guard let expiry = Expiry(text, now: .now) else {
        throw mistake("'\(text.cleaned)' is no end date; write for example 2026-12-31T00:00:00Z")
      }
      entry.expires = expiry.date
    case .integer(let seconds): entry.expires = Date(timeIntervalSince1970: Double(seconds))
    default: throw mistake("'expires' must be a time as text, seconds since 1970, or null")
    }
    switch fields["enabled"] ?? .null {
    case .null: break
    case .bool(let enabled): entry.enabled = enabled
    default: throw mistake("'enabled' must be true or false")
    }
    if let tags = fields["tags"], tags != .null {
      let data = try JSONEncoder().encode(tags)
      guard let rule = try? JSONDecoder().decode(TagRule.self, from: data) else {
        throw mistake("'tags' must have include and exclude (lists), semver (a text), latest (a number)")
      }
      entry.tags = rule
    }
    switch fields["options"] ?? .null {
    case .null: break
    case .object(let options): entry.options = options
    default: throw mistake("'options' must be an object")
    }
    do throws(MirrorError) {
      try entry.validate()
    } catch {
      throw mistake("\(error)")
    }
    return entry
  }

  static func write(_ entries: [MirrorEntry]) throws -> String {
    let items = entries.map { entry -> JSONValue in
      var fields: [String: JSONValue] = [
        "source": .string(entry.source), "destinations": .array(entry.destinations.map(JSONValue.string)),
        "expires": .time(entry.expires), "enabled": .bool(entry.enabled),
      ]
      if let rule = entry.tags { fields["tags"] = rule.json }
      if !entry.options.isEmpty { fields["options"] = .object(entry.options) }
      return .object(fields)
    }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(JSONValue.object(["mirrors": .array(items)])), as: UTF8.self) + "\n"
  }
}

extension TagRule {
  fileprivate var json: JSONValue {
    .object([
      "include": .array(include.map(JSONValue.string)), "exclude": .array(exclude.map(JSONValue.string)),
      "semver": .text(semver), "latest": .number(latest),
    ])
  }
}
