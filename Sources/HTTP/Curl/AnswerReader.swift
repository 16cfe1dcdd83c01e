import Support

/// Takes an answer in as libcurl delivers it, within bounds.
final class AnswerReader {
  /// All header lines together, in bytes. Registries and AWS stay below 8 KiB.
  static let headerLimit = 64 << 10

  private(set) var headers = HTTPHeaders()
  private(set) var body: [UInt8] = []
  /// The bound the answer went past, if it did.
  private(set) var exceeded: HTTPError.Code?
  /// Whether the empty line after the headers came: libcurl takes a connection that ends before it for an answer.
  private(set) var isHeadWhole = false
  private let bodyLimit: Int
  private var headerBytes = 0

  init(bodyLimit: Int) {
    self.bodyLimit = bodyLimit
  }

  func limit(of code: HTTPError.Code) -> Int {
    code == .bodyTooLarge ? bodyLimit : Self.headerLimit
  }

  /// Takes one header line, or the status line that begins an interim or the final answer.
  ///
  /// - Returns: false when the transfer must end.
  func read(header line: UnsafeRawBufferPointer) -> Bool {
    headerBytes += line.count
    guard headerBytes <= Self.headerLimit else {
      exceeded = .headersTooLarge
      return false
    }
    // Trailers are nobody's business here.
    guard body.isEmpty else { return true }
    if line.starts(with: "HTTP/".utf8) {
      headers = HTTPHeaders()
      isHeadWhole = false
      return true
    }
    let text = Self.trimmed(line[...])
    if text.isEmpty {
      isHeadWhole = true
    } else if let colon = text.firstIndex(of: UInt8(ascii: ":")) {
      headers.add(
        String(decoding: Self.trimmed(text[..<colon]), as: UTF8.self),
        String(decoding: Self.trimmed(text[(colon + 1)...]), as: UTF8.self))
    }
    return true
  }

  /// Without spaces, tabs and line ends around it.
  private static func trimmed(_ text: Slice<UnsafeRawBufferPointer>) -> Slice<UnsafeRawBufferPointer> {
    var (start, end) = (text.startIndex, text.endIndex)
    while start < end, isBlank(text[start]) { start += 1 }
    while start < end, isBlank(text[end - 1]) { end -= 1 }
    return text[start..<end]
  }

  private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0d).contains(byte) }

  /// - Returns: false when the transfer must end.
  func read(body part: UnsafeRawBufferPointer) -> Bool {
    guard body.count + part.count <= bodyLimit else {
      exceeded = .bodyTooLarge
      return false
    }
    body.append(contentsOf: part)
    return true
  }
}
