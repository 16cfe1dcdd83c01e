/// What another program may reach through a `GuardProxy`: a decision on each request, without I/O.
///
/// TLS goes to any server but those that mean something else on each machine; what is in it the guard cannot see.
/// Plain HTTP goes to the servers that speak it by this installation's own word, and elsewhere only to read, without a
/// password, and only beside such a server: its redirects.
public struct GuardRules: Sendable, Equatable {
  /// The servers that the program was started for, with the addresses at which each of them must not be.
  public var servers: [Endpoint: AddressScope]
  /// Servers that may be spoken to in plain HTTP.
  public var plain: Set<Endpoint>
  /// Redirects in plain HTTP are to be expected.
  public var followsInPlain: Bool

  public init(servers: [Endpoint: AddressScope], plain: Set<Endpoint> = [], followsInPlain: Bool = false) {
    self.servers = servers
    self.plain = plain
    self.followsInPlain = followsInPlain
  }

  public struct Refusal: Error, Sendable, Equatable, CustomStringConvertible {
    public enum Reason: Sendable, Equatable {
      case plainHTTP
      case address(AddressScope)
    }

    public let endpoint: Endpoint
    public let reason: Reason

    public var description: String {
      switch reason {
      case .plainHTTP:
        "plain HTTP to \(endpoint) is refused: a password could be read in transit; if that is intended, list \"http://\(endpoint)\" as one of `realms` under `registries` in the configuration"
      case .address(let scope):
        "\(endpoint) is refused: it is \(scope.text); if that is intended, list \"\(endpoint)\" as one of `realms` under `registries` in the configuration"
      }
    }
  }

  /// The addresses at which the end of a tunnel must not be.
  public func closed(toTunnel endpoint: Endpoint) throws(Refusal) -> AddressScope {
    let closed = servers[endpoint] ?? [.loopback, .linkLocal]
    let spelt = AddressScope(host: endpoint.host).intersection(closed)
    guard spelt.isEmpty else { throw Refusal(endpoint: endpoint, reason: .address(spelt)) }
    return closed
  }

  /// The addresses at which the server of a request in plain HTTP must not be.
  ///
  /// - Parameter holdsSecret: it has a password or a token with it.
  public func closed(
    toPlain method: String, _ endpoint: Endpoint, holdsSecret: Bool
  ) throws(Refusal) -> AddressScope {
    let closed = try closed(toTunnel: endpoint)
    let isHarmless = followsInPlain && !holdsSecret && (method == "GET" || method == "HEAD")
    guard plain.contains(endpoint) || isHarmless else { throw Refusal(endpoint: endpoint, reason: .plainHTTP) }
    return closed
  }
}
