/// A host and a port: what is connected to.
public struct Endpoint: Sendable, Hashable, CustomStringConvertible {
  /// Lower case, without brackets.
  public let host: String
  public let port: Int

  public init(host: String, port: Int) {
    self.host = host.lowercased()
    self.port = port
  }

  public init(_ url: HTTPURL) {
    self.init(host: url.host, port: url.port ?? (url.scheme == "http" ? 80 : 443))
  }

  /// Reads `host:port` or `[v6]:port`, as CONNECT has it.
  public init?(authority: some StringProtocol) {
    guard let url = HTTPURL("https://\(authority)"), url.pathAndQuery == "/", let port = url.port else { return nil }
    self.init(host: url.host, port: port)
  }

  /// The address by which proxies are chosen.
  func url(_ scheme: String) -> HTTPURL? { HTTPURL("\(scheme)://\(self)/") }

  public var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }
}
