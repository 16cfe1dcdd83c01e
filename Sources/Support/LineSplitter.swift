/// Cuts a stream of bytes into lines, whatever the pieces it comes in; a line over the limit is cut, so that no output
/// can fill the memory.
public struct LineSplitter: Sendable {
  /// Bytes of a line that are kept.
  public let limit: Int
  private var partial: [UInt8] = []
  private var isCut = false

  public init(limit: Int = 16 * 1024) {
    self.limit = limit
  }

  /// - Returns: the lines that these bytes complete, without their ends; bytes that are no UTF-8 are replaced.
  public mutating func feed(_ bytes: some Sequence<UInt8>) -> [String] {
    var lines: [String] = []
    for byte in bytes {
      if byte == 0x0a {
        lines.append(take())
      } else if partial.count < limit {
        partial.append(byte)
      } else {
        isCut = true
      }
    }
    return lines
  }

  /// - Returns: what came after the last line end, if anything did.
  public mutating func finish() -> String? {
    partial.isEmpty ? nil : take()
  }

  private mutating func take() -> String {
    if partial.last == 0x0d { partial.removeLast() }
    defer {
      partial.removeAll(keepingCapacity: true)
      isCut = false
    }
    return String(decoding: partial, as: UTF8.self) + (isCut ? "…" : "")
  }
}
