/// Where a request may go. An address counts in every spelling, and as the one that is connected to, whatever its name
/// said before; through a proxy, which resolves names itself, only what is spelled out counts.
public struct Reach: Sendable, Equatable {
  /// Addresses that the request itself must not go to.
  public var refused: AddressScope
  /// Addresses that redirects must not lead to. Loopback is open to a server that is there itself.
  public var refusedBeyond: AddressScope
  /// Hosts (`host` or `host:port`) that may be at any address.
  public var exceptions: Set<String>

  public init(refused: AddressScope = [], refusedBeyond: AddressScope = [], exceptions: Set<String> = []) {
    self.refused = refused
    self.refusedBeyond = refusedBeyond
    self.exceptions = exceptions
  }

  /// Anywhere.
  public static let everywhere = Reach()

  /// The addresses that are refused where this is asked for.
  func refused(for url: HTTPURL) -> AddressScope {
    exceptions.contains(url.authority) || exceptions.contains(url.host) ? [] : refused
  }

  /// Why the address must not be asked, as far as its text tells.
  func refusal(of url: HTTPURL) -> HTTPError? {
    let scope = AddressScope(host: url.host).intersection(refused(for: url))
    return scope.isEmpty ? nil : HTTPError(.forbidden, host: url.authority, reason: "it is \(scope.text)")
  }

  /// What holds for the server that a redirect names.
  ///
  /// - Parameter peer: who redirected; nil where a proxy was between.
  func beyond(_ peer: IPAddress?) -> Reach {
    var reach = self
    reach.refused = refusedBeyond
    if let peer, AddressScope(peer) == .loopback { reach.refused.remove(.loopback) }
    reach.refusedBeyond = reach.refused
    return reach
  }
}
