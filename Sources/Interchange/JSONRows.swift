import Documents
import FoundationEssentials
import MirrorCore
import Support

/// Mirrors as JSON: `{"mirrors": [{"source", "destinations", "expires", "enabled", "tags", "options"}]}`; an array
/// alone is read too, and `destination` with one text.
enum JSONRows {
  /// JSON is YAML, read as which it gives its lines away.
  static func read(_ root: DocumentNode) throws(DocumentError) -> ImportedRows {
    var mirrors: DocumentNode? = root
    if try root.list() == nil { mirrors = try root.pairs().first { $0.key == "mirrors" }?.value }
    guard let list = try mirrors?.list() else {
      throw root.mistake("a list, or a key 'mirrors' with a list, is expected")
    }
    var rows = ImportedRows()
    for place in list {
      do throws(DocumentError) {
        try rows.add(try entry(place), line: place.line)
      } catch {
        rows.keep(error)
      }
    }
    return rows
  }

  private static let keys = ["destination", "destinations", "enabled", "expires", "options", "source", "tags"]

  private static func entry(_ place: DocumentNode) throws(DocumentError) -> MirrorEntry {
    var entry = MirrorEntry(source: "", destinations: [])
    for (key, value) in try place.pairs() {
      switch key {
      case "source": entry.source = try value.text()
      case "destination": entry.destinations = [try value.text()]
      case "destinations": entry.destinations = try value.list() == nil ? [value.text()] : value.texts()
      case _ where value.isEmpty && keys.contains(key): break
      case "expires": entry.expires = try expiry(value)
      case "enabled": entry.enabled = try value.flag()
      case "tags": entry.tags = try rule(value)
      case "options":
        guard case .object(let options) = try value.json() else { throw value.mistake("'options' must be an object") }
        entry.options = options
      default: throw value.unknown(key, known: keys)
      }
    }
    if entry.source.isEmpty || entry.destinations.isEmpty {
      throw place.mistake("a mirror needs 'source', a string, and 'destinations', a list of strings")
    }
    return entry
  }

  private static func expiry(_ place: DocumentNode) throws(DocumentError) -> Date? {
    let text = try place.text()
    if let seconds = Double(text) {
      guard let date = Date(outside: seconds) else {
        throw place.mistake(
          "'\(text.cleaned.shortened(to: 60))' is not a time of the years 1 to 9999 in seconds since 1970")
      }
      return date
    }
    guard let expiry = Expiry(text, now: .now) else {
      throw place.mistake(
        "'\(text.cleaned.shortened(to: 60))' is not an expiry date; use for example 2026-12-31T00:00:00Z")
    }
    return expiry.date
  }

  private static func rule(_ place: DocumentNode) throws(DocumentError) -> TagRule {
    var rule = TagRule()
    for (key, value) in try place.pairs() where !value.isEmpty {
      switch key {
      case "include": rule.include = try value.texts()
      case "exclude": rule.exclude = try value.texts()
      case "semver": rule.semver = try value.text()
      case "suffix": rule.suffix = try value.text()
      case "latest": rule.latest = try value.integer(in: TagRule.counts)
      case "max": rule.max = try value.integer(in: TagRule.counts)
      default: throw value.unknown(key, known: ["exclude", "include", "latest", "max", "semver", "suffix"])
      }
    }
    return rule
  }

  /// One mirror, laid out as if it stood alone.
  static func text(_ entry: MirrorEntry) throws -> String {
    var fields: [String: JSONValue] = [
      "source": .string(entry.source), "destinations": .array(entry.destinations.map(JSONValue.string)),
      "expires": .time(entry.expires), "enabled": .bool(entry.enabled),
    ]
    if let rule = entry.tags { fields["tags"] = rule.json }
    if !entry.options.isEmpty { fields["options"] = .object(entry.options) }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(JSONValue.object(fields)), as: UTF8.self).withJSONEscapes
  }
}

extension TagRule {
  fileprivate var json: JSONValue {
    .object([
      "include": .array(include.map(JSONValue.string)), "exclude": .array(exclude.map(JSONValue.string)),
      "semver": .text(semver), "suffix": .text(suffix), "latest": .number(latest), "max": .number(max),
    ])
  }
}
