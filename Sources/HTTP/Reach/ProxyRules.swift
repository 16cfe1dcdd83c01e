import Glibc

/// The proxy that an address is asked through, by the variables that curl and Go's programs know: `http_proxy`,
/// `https_proxy`, `all_proxy` and `no_proxy`, in lower case or else in upper case.
public struct ProxyRules: Sendable, Equatable {
  private let http: String?
  private let https: String?
  private let exceptions: [String]

  /// - Parameter variable: the value of a variable of the environment.
  public init(_ variable: (String) -> String?) {
    func value(_ name: String) -> String? {
      [name, name.uppercased()].lazy.compactMap(variable).first { !$0.isEmpty }
    }
    let all = value("all_proxy")
    http = value("http_proxy") ?? all
    https = value("https_proxy") ?? all
    exceptions = value("no_proxy")?.lowercased().split { $0 == "," || $0.isWhitespace }.map(String.init) ?? []
  }

  /// By this process's environment as it is now.
  public static var current: ProxyRules {
    ProxyRules { name in getenv(name).map { String(cString: $0) } }
  }

  /// Every proxy that is named.
  var all: [String] { [http, https].compactMap { $0 } }

  /// The proxy's address, as it was given; nil where none is between. None can reach this machine's loopback.
  public func proxy(for url: HTTPURL) -> String? {
    guard let proxy = url.scheme == "http" ? http : https, !HTTPURL.isLoopback(url.host) else { return nil }
    let port = url.port ?? (url.scheme == "http" ? 80 : 443)
    return exceptions.contains { Self.matches($0, url.host, port) } ? nil : proxy
  }

  /// `*`; `host`, which takes in names below it; `.host`, `*.host`; an address; a network; each with a port or without.
  private static func matches(_ exception: String, _ host: String, _ port: Int) -> Bool {
    if exception == "*" { return true }
    let address = IPAddress(literal: host)
    if let slash = exception.firstIndex(of: "/") {
      guard let address, let network = IPAddress(literal: exception[..<slash]),
        let length = Int(exception[exception.index(after: slash)...])
      else { return false }
      return address.isIn(network, length)
    }
    if let literal = IPAddress(literal: exception) { return literal == address }
    var name = exception[...]
    if let colon = name.lastIndex(of: ":"), let wanted = Int(name[name.index(after: colon)...]) {
      guard wanted == port else { return false }
      name = name[..<colon]
      if let literal = IPAddress(literal: name) { return literal == address }
    }
    if name.hasPrefix("*") { name = name.dropFirst() }
    if name.hasPrefix(".") { name = name.dropFirst() }
    return !name.isEmpty && (host == name || host.hasSuffix("." + name))
  }
}

extension IPAddress {
  /// Whether the first `length` bits are those of a network of the same family.
  fileprivate func isIn(_ network: IPAddress, _ length: Int) -> Bool {
    guard bytes.count == network.bytes.count, (0...bytes.count * 8).contains(length) else { return false }
    return (0..<length).allSatisfy { bit in
      let mask = UInt8(0x80) >> UInt8(bit % 8)
      return bytes[bit / 8] & mask == network.bytes[bit / 8] & mask
    }
  }
}
