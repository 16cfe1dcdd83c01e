import FoundationEssentials
import Support

/// The proxy that this machine's owner named, as another proxy speaks to it.
struct UpstreamProxy: Sendable, Equatable {
  let endpoint: Endpoint
  /// For `Proxy-Authorization`.
  let authorization: String?

  /// Reads `[http://][user:password@]host[:port]`.
  ///
  /// - Returns: nil for proxies of other kinds.
  init?(_ text: String) {
    var rest = text[...]
    if let scheme = rest.firstRange(of: "://") {
      guard rest[..<scheme.lowerBound].lowercased() == "http" else { return nil }
      rest = rest[scheme.upperBound...]
    }
    if let path = rest.firstIndex(of: "/") { rest = rest[..<path] }
    var user: Substring?
    if let at = rest.lastIndex(of: "@") {
      user = rest[..<at]
      rest = rest[rest.index(after: at)...]
    }
    guard let url = HTTPURL("http://\(rest)"), url.pathAndQuery == "/" else { return nil }
    endpoint = Endpoint(url)
    authorization = user.map { "Basic " + Data(percentDecoded($0)).base64EncodedString() }
  }
}

/// The bytes that `%XX` stand for, and all others as they are.
private func percentDecoded(_ text: Substring) -> [UInt8] {
  var result: [UInt8] = []
  var bytes = Array(text.utf8)[...]
  while let byte = bytes.popFirst() {
    if byte == UInt8(ascii: "%"), let value = UInt8(String(decoding: bytes.prefix(2), as: UTF8.self), radix: 16) {
      result.append(value)
      bytes = bytes.dropFirst(2)
    } else {
      result.append(byte)
    }
  }
  return result
}
