import Documents
import MirrorCore
import OCIRegistry
import Support

/// Mirrors as the configuration of dregsy: https://github.com/xelalexv/dregsy.
struct DregsyRows {
  private var found = ImportedRows()

  static func read(_ root: DocumentNode) throws(DocumentError) -> ImportedRows {
    var rows = DregsyRows()
    for (key, value) in try root.pairs() {
      switch key {
      case "relay", "docker", "dockerhost", "api-version", "lister", "watch": break
      case "skopeo":
        if try value.pairs().contains(where: { $0.key == "certs-dir" }) {
          rows.found.note(certificatesOf: nil, line: value.keyLine)
        }
      case "tasks":
        for task in try value.items() {
          do throws(DocumentError) {
            try rows.readTask(task)
          } catch {
            rows.found.keep(error)
          }
        }
      default: throw value.unknown(key, known: ["docker", "lister", "relay", "skopeo", "tasks", "watch"])
      }
    }
    return rows.found
  }

  private mutating func readTask(_ task: DocumentNode) throws(DocumentError) {
    var (source, target): (String?, String?)
    var mappings: [DocumentNode] = []
    for (key, value) in try task.pairs() {
      switch key {
      case "name", "verbose": break
      case "interval":
        found.note(
          "'interval' is skipped: one timer checks all mirrors, `ecrmirror run --every` or the stack's",
          line: value.keyLine)
      case "source": source = try registry(value)
      case "target": target = try registry(value)
      case "mappings": mappings = try value.items()
      default: throw value.unknown(key, known: ["interval", "mappings", "name", "source", "target", "verbose"])
      }
    }
    guard let source, let target else { throw task.mistake("a task needs 'source' and 'target', each with 'registry'") }
    for mapping in mappings {
      do throws(DocumentError) {
        try readMapping(mapping, source, target)
      } catch {
        found.keep(error)
      }
    }
  }

  private mutating func registry(_ place: DocumentNode) throws(DocumentError) -> String {
    let pairs = try place.pairs()
    guard let text = try pairs.first(where: { $0.key == "registry" })?.value.text() else {
      throw place.mistake("'registry' is missing")
    }
    // Before public.ecr.aws, the account.
    let registry = text.split(separator: "@").last.map(String.init) ?? text
    for (key, value) in pairs {
      switch key {
      case "registry", "lister", "auth-refresh": break
      case "auth":
        if (try? value.text()) == "none" || value.isEmpty { break }
        found.note(signInTo: registry, line: value.keyLine)
      case "skip-tls-verify":
        if try value.flag() { found.note(unverified: registry, line: value.line) }
      default:
        throw value.unknown(key, known: ["auth", "auth-refresh", "lister", "registry", "skip-tls-verify"])
      }
    }
    return registry
  }

  private mutating func readMapping(_ place: DocumentNode, _ source: String, _ target: String) throws(DocumentError) {
    var (from, to): (DocumentNode?, DocumentNode?)
    var tags: [DocumentNode] = []
    var platform: DocumentNode?
    for (key, value) in try place.pairs() {
      switch key {
      case "from": from = value
      case "to": to = value.isEmpty ? nil : value
      case "tags": tags = value.isEmpty ? [] : try value.list() ?? [value]
      case "platform": platform = value
      default: throw value.unknown(key, known: ["from", "platform", "tags", "to"])
      }
    }
    guard let from else { throw place.mistake("'from' is missing") }
    let origin = "\(source)/\(try path(from))"
    let copy = "\(target)/\(try path(to ?? from))"
    var options: [String: JSONValue] = [:]
    if let platform, !platform.isEmpty {
      if try platform.text() != "all" {
        options["platforms"] = .array([.string(try platform.text())])
        found.note(
          "the image of 'platform' is mirrored with an index of its own, where dregsy copies it alone",
          line: platform.keyLine)
      }
    } else {
      found.note("all platforms are copied, where dregsy copies only that of its machine", line: place.line)
    }
    let choice = try DregsyTags(tags)
    if let limit = choice.limit {
      found.note("the limit also counts tags that are not versions, which dregsy keeps in addition", line: limit.line)
    }
    var entries = choice.names.map { MirrorEntry(source: "\(origin):\($0)", destinations: [copy], options: options) }
    if let rule = choice.rule {
      entries.append(MirrorEntry(source: origin, destinations: [copy], tags: rule, options: options))
    }
    for entry in entries { try found.add(entry, line: place.line, merging: true) }
  }

  private func path(_ place: DocumentNode) throws(DocumentError) -> String {
    let text = try place.text()
    if text.hasPrefix("regex:") {
      throw place.mistake(
        "a row cannot hold an expression for repositories; list them one by one, each with 'from' and 'to'")
    }
    return text.hasPrefix("/") ? String(text.dropFirst()) : text
  }
}
