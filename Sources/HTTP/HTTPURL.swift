import CCurl

/// An absolute `http` or `https` URL taken apart by libcurl's own parser, so that checks see what the engine will do.
public struct HTTPURL: Sendable, Equatable {
  /// `http` or `https`.
  public let scheme: String
  /// Without brackets or port; lower case.
  public let host: String
  /// As written; nil where the scheme's own is meant.
  public let port: Int?
  /// With the query and its question mark, where there is one.
  public let pathAndQuery: String
  /// The whole URL, without a fragment.
  public let text: String

  /// - Returns: nil for anything but an absolute http(s) URL without user information.
  public init?(_ text: String) {
    self.init(text, relativeTo: nil)
  }

  /// What `reference`, absolute or relative, means on this page.
  ///
  /// - Returns: nil where that is no http(s) URL without user information.
  public func resolving(_ reference: String) -> HTTPURL? {
    HTTPURL(reference, relativeTo: text)
  }

  /// The address of a path on this server, without having libcurl read it: this URL itself names none.
  ///
  /// - Parameter path: with a leading slash, and a query if need be.
  /// - Returns: nil where the path holds more than letters, digits and the signs that stand for themselves.
  public func appending(_ path: String) -> HTTPURL? {
    guard pathAndQuery == "/", path.utf8.first == UInt8(ascii: "/"), path.utf8.count < 16384,
      path.utf8.allSatisfy(Self.standsForItself)
    else { return nil }
    return HTTPURL(self, path: path)
  }

  private init(_ server: HTTPURL, path: String) {
    (scheme, host, port, pathAndQuery) = (server.scheme, server.host, server.port, path)
    let end = server.text.hasSuffix("/") ? server.text.dropLast() : server.text[...]
    text = end + path
  }

  private static func standsForItself(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "-")...UInt8(ascii: ":"), UInt8(ascii: "_"), UInt8(ascii: "?"), UInt8(ascii: "="),
      UInt8(ascii: "&"):
      true
    default: false
    }
  }

  /// `host`, `host:port` or `[v6]:port`.
  public var authority: String {
    let name = host.contains(":") ? "[\(host)]" : host
    return port.map { "\(name):\($0)" } ?? name
  }

  /// Whether a host, without brackets or port and in lower case, is this machine: `localhost`, 127.0.0.0/8, `::1`.
  public static func isLoopback(_ host: some StringProtocol) -> Bool {
    if host == "localhost" || host == "::1" || host == "0:0:0:0:0:0:0:1" { return true }
    guard host.utf8.starts(with: "127.".utf8) else { return false }
    let parts = host.split(separator: ".", omittingEmptySubsequences: false)
    return parts.count == 4 && parts[0] == "127" && parts.allSatisfy { UInt8($0) != nil }
  }

  private init?(_ reference: String, relativeTo base: String?) {
    guard reference.utf8.count <= 16384, reference.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7f }) else { return nil }
    guard let handle = curl_url() else { return nil }
    defer { curl_url_cleanup(handle) }
    let flags = UInt32(CURLU_DISALLOW_USER | CURLU_PATH_AS_IS)
    if let base, curl_url_set(handle, CURLUPART_URL, base, flags) != CURLUE_OK { return nil }
    guard curl_url_set(handle, CURLUPART_URL, reference, flags) == CURLUE_OK else { return nil }
    curl_url_set(handle, CURLUPART_FRAGMENT, nil, 0)

    func part(_ part: CURLUPart) -> String? {
      var text: UnsafeMutablePointer<CChar>?
      guard curl_url_get(handle, part, &text, 0) == CURLUE_OK, let text else { return nil }
      defer { curl_free(text) }
      return String(cString: text)
    }
    guard let scheme = part(CURLUPART_SCHEME)?.lowercased(), scheme == "http" || scheme == "https",
      let host = part(CURLUPART_HOST)?.lowercased(), !host.isEmpty, let text = part(CURLUPART_URL),
      // libcurl decodes `%ff` in a host: no name has such bytes, and two that are no text would look the same.
      host.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7f })
    else { return nil }
    self.scheme = scheme
    self.host = host.hasPrefix("[") && host.hasSuffix("]") ? String(host.dropFirst().dropLast()) : host
    self.port = part(CURLUPART_PORT).flatMap { Int($0) }
    pathAndQuery = (part(CURLUPART_PATH) ?? "/") + (part(CURLUPART_QUERY).map { $0.isEmpty ? "" : "?\($0)" } ?? "")
    self.text = text
  }
}
