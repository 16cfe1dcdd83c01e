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
    let text = String(decoding: line, as: UTF8.self)
    if text.hasPrefix("HTTP/") {
      headers = HTTPHeaders()
      isHeadWhole = false
    } else if text.trimmedOfBlanks.isEmpty {
      isHeadWhole = true
    } else if let colon = text.firstIndex(of: ":") {
      let value = text[text.index(after: colon)...].trimmedOfBlanks
      headers.add(String(text[..<colon].trimmedOfBlanks), String(value))
    }
    return true
  }

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
