import Glibc
import Support

/// The proxy that an address is asked through, by the rule of Go's `golang.org/x/net/http/httpproxy`, since skopeo has
/// it: looks and copies go the same way.
///
/// `HTTP_PROXY`, `HTTPS_PROXY` and `NO_PROXY`, in upper case or else in lower case. `ALL_PROXY` says nothing to Go.
public struct ProxyRules: Sendable, Equatable {
  private let http: String?
  private let https: String?
  private let exceptions: [Exception]

  /// - Parameter variable: the value of a variable of the environment.
  public init(_ variable: (String) -> String?) {
    func value(_ name: String, _ lower: String) -> String? {
      for name in [name, lower] {
        if let value = variable(name), !value.isEmpty { return value }
      }
      return nil
    }
    http = value("HTTP_PROXY", "http_proxy")
    https = value("HTTPS_PROXY", "https_proxy")
    // Nobody asks what is an exception to nothing: this is read anew for each request.
    guard http != nil || https != nil else {
      exceptions = []
      return
    }
    exceptions =
      value("NO_PROXY", "no_proxy")?.split(separator: ",").compactMap { Exception($0.trimmedOfBlanks.lowercased()) }
      ?? []
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
    return exceptions.contains { $0.takesIn(url.host, port) } ? nil : proxy
  }

  /// What is asked without a proxy.
  private enum Exception: Sendable, Equatable {
    case everything
    case network(IPAddress, length: Int)
    case address(IPAddress, port: String?)
    /// Names that end with it, a dot first; and the name without the dot where it is not for names below alone.
    case domain(String, port: String?, isOnlyBelow: Bool)

    /// `*`; a network; an address; `host`, which takes in names below it; `.host` and `*.host`, which are those alone;
    /// each but networks with a port or without.
    init?(_ text: String) {
      if text == "*" {
        self = .everything
        return
      }
      if let slash = text.firstIndex(of: "/"), let network = IPAddress(literal: text[..<slash]),
        let length = Int(text[text.index(after: slash)...])
      {
        self = .network(network, length: length)
        return
      }
      var (name, port) = (text[...], String?.none)
      if IPAddress(literal: text) == nil, let colon = text.lastIndex(of: ":") {
        (name, port) = (text[..<colon], String(text[text.index(after: colon)...]))
      }
      if let address = IPAddress(literal: name) {
        self = .address(address, port: port)
        return
      }
      if name.hasPrefix("*.") { name = name.dropFirst() }
      guard !name.isEmpty else { return nil }
      let isOnlyBelow = name.hasPrefix(".")
      self = .domain(isOnlyBelow ? String(name) : ".\(name)", port: port, isOnlyBelow: isOnlyBelow)
    }

    func takesIn(_ host: String, _ port: Int) -> Bool {
      func fits(_ wanted: String?) -> Bool { wanted.map { $0.isEmpty || $0 == "\(port)" } ?? true }
      let address = IPAddress(literal: host)
      return switch self {
      case .everything: true
      case .network(let network, let length): address?.isIn(network, length) ?? false
      case .address(let wanted, let port): wanted == address && fits(port)
      case .domain(let name, let port, let isOnlyBelow):
        (host.hasSuffix(name) || !isOnlyBelow && host == name.dropFirst()) && fits(port)
      }
    }
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
