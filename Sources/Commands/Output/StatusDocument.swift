import FoundationEssentials
import MirrorCore
import OCIRegistry
import Support

/// The `--json` document of `status` and `check`, written page by page: a table may be as long as it likes.
struct StatusDocument {
  private let asOf: Date
  private let write: ([UInt8]) -> Void
  private var text = JSONText()
  private var summary: [DestinationState: Int] = [:]
  private var unreadable: [UnreadableRow] = []
  private var isBegun = false
  /// The time that was said last, as most rows have the same.
  private var said: (date: Date, text: String)?

  /// Bytes that are written together.
  private static let piece = 1 << 16

  /// - Parameter write: is given the document in pieces; to standard output otherwise.
  init(asOf: Date, write: @escaping ([UInt8]) -> Void = { Console.write($0, to: 1) }) {
    self.asOf = asOf
    self.write = write
  }

  /// Takes mirrors in as they come.
  mutating func add(_ page: Snapshot) {
    begin()
    for mirror in page.mirrors {
      add(mirror)
      if text.count >= Self.piece { write(text.take()) }
    }
    unreadable += page.unreadable
  }

  /// Writes the rest.
  ///
  /// - Parameter requests: what was asked of registries; nil where nobody asked any.
  mutating func end(requests: JSONValue? = nil) {
    begin()
    text.endArray()
    if let requests {
      text.key("requests")
      text.value(requests)
    }
    text.key("summary")
    text.value(
      .object(Dictionary(uniqueKeysWithValues: summary.map { ($0.key.rawValue, .integer(Int64($0.value))) })))
    text.key("unreadable")
    text.value(.array(unreadable.map { .object(["source": .string($0.source), "reason": .string($0.reason)]) }))
    text.endObject()
    write(text.take() + [UInt8(ascii: "\n")])
  }

  private mutating func begin() {
    if isBegun { return }
    isBegun = true
    text.beginObject()
    text.key("asOf")
    add(asOf)
    text.key("entries")
    text.beginArray()
  }

  private mutating func add(_ mirror: MirrorStatus) {
    text.beginObject()
    text.key("destinations")
    text.beginArray()
    for destination in mirror.destinations { add(destination) }
    text.endArray()
    text.key("enabled")
    text.value(mirror.entry.enabled)
    text.key("expires")
    add(mirror.entry.expires)
    // Only where the row selects some: the document's shape is fixed.
    let platforms = try? mirror.entry.platforms
    if let platforms {
      text.key("platforms")
      text.beginArray()
      for platform in platforms.platforms { text.value(platform.description) }
      text.endArray()
    }
    text.key("source")
    text.value(mirror.entry.source)
    text.key("sourceDigest")
    text.value(mirror.sourceDigest?.description)
    if let platforms {
      text.key("sparse")
      text.value(platforms.isSparse)
    }
    text.endObject()
  }

  private mutating func add(_ destination: DestinationStatus) {
    summary[destination.state, default: 0] += 1
    text.beginObject()
    text.key("checkedAt")
    add(destination.checkedAt)
    text.key("digest")
    text.value(destination.digest?.description)
    text.key("error")
    text.value(destination.error?.masked)
    // Only where runs wait: the document's shape is fixed.
    if let retry = destination.retry {
      text.key("failures")
      text.value(retry.failures)
    }
    text.key("job")
    text.value(destination.job?.masked)
    if let retry = destination.retry {
      text.key("nextTry")
      add(retry.until)
    }
    text.key("reference")
    text.value(destination.reference)
    text.key("state")
    text.value(destination.state.rawValue)
    text.endObject()
  }

  private mutating func add(_ date: Date?) {
    guard let date else { return text.value(nil) }
    if said?.date != date { said = (date, date.rfc3339) }
    text.value(said?.text)
  }
}

extension RegistryRequests {
  var json: JSONValue {
    .object(["floor": .number(floor), "sent": .number(sent), "tokens": .number(tokens)])
  }
}
