import FoundationEssentials

/// JSON written as it goes, into bytes that are taken out now and then: the same bytes that `JSONEncoder` gives with
/// sorted keys and slashes as they are, and `withJSONEscapes` after it. Whoever writes sorts the keys.
public struct JSONText: Sendable {
  private var bytes: [UInt8] = []
  /// Whether a comma goes before the next value.
  private var needsComma = false

  public init() {}

  public var count: Int { bytes.count }

  /// What was written since this was called last.
  public mutating func take() -> [UInt8] {
    defer { bytes.removeAll(keepingCapacity: true) }
    return bytes
  }

  // MARK: - Structure

  public mutating func beginObject() { begin(UInt8(ascii: "{")) }
  public mutating func endObject() { end(UInt8(ascii: "}")) }
  public mutating func beginArray() { begin(UInt8(ascii: "[")) }
  public mutating func endArray() { end(UInt8(ascii: "]")) }

  public mutating func key(_ key: StaticString) {
    comma()
    bytes.append(UInt8(ascii: "\""))
    key.withUTF8Buffer { bytes.append(contentsOf: $0) }
    bytes.append(contentsOf: "\":".utf8)
    needsComma = false
  }

  private mutating func begin(_ sign: UInt8) {
    comma()
    bytes.append(sign)
    needsComma = false
  }

  private mutating func end(_ sign: UInt8) {
    bytes.append(sign)
    needsComma = true
  }

  private mutating func comma() {
    if needsComma { bytes.append(UInt8(ascii: ",")) }
  }

  // MARK: - Values

  /// Null where there is none.
  public mutating func value(_ text: String?) {
    comma()
    defer { needsComma = true }
    guard let text else { return bytes.append(contentsOf: "null".utf8) }
    if text.utf8.allSatisfy(Self.standsForItself) {
      bytes.append(UInt8(ascii: "\""))
      bytes.append(contentsOf: text.utf8)
      bytes.append(UInt8(ascii: "\""))
    } else {
      encode(.string(text))
    }
  }

  public mutating func value(_ flag: Bool) {
    comma()
    bytes.append(contentsOf: (flag ? "true" : "false").utf8)
    needsComma = true
  }

  public mutating func value(_ number: Int) {
    comma()
    bytes.append(contentsOf: String(number).utf8)
    needsComma = true
  }

  /// What is seldom, or of any shape.
  public mutating func value(_ value: JSONValue) {
    comma()
    encode(value)
    needsComma = true
  }

  private mutating func encode(_ value: JSONValue) {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    // Nothing in such a value keeps it from being encoded but a number that is none.
    let text = (try? encoder.encode(value)).map { String(decoding: $0, as: UTF8.self) } ?? "null"
    bytes.append(contentsOf: text.withJSONEscapes.utf8)
  }

  /// Printable ASCII but for the quote and the backslash.
  private static func standsForItself(_ byte: UInt8) -> Bool {
    byte >= 0x20 && byte < 0x7f && byte != UInt8(ascii: "\"") && byte != UInt8(ascii: "\\")
  }
}
