public import FoundationEssentials
import HTTP

extension RegistryClient {
  /// How a registry answered when it was asked for nothing.
  public struct Ping: Sendable, Equatable {
    /// Whether it wants everybody to sign in, if only for a token that all may have.
    public let wantsSignIn: Bool
    /// Its time less this machine's when the answer came, to a second or so; nil where it did not say.
    public let clockAhead: TimeInterval?

    public init(wantsSignIn: Bool, clockAhead: TimeInterval?) {
      self.wantsSignIn = wantsSignIn
      self.clockAhead = clockAhead
    }
  }

  /// Asks a registry whether it speaks the distribution API, and takes the sign-in for a repository.
  ///
  /// - Throws: `invalidAnswer` where what answers is no registry.
  public func ping(_ repository: ImageReference) async throws(RegistryError) -> Ping {
    let call = Call(
      method: "GET", path: "/v2/", repository: repository, named: repository.registry, accept: "application/json")
    let first = try await transmit(call, nil)
    let ahead = first.headers["Date"].flatMap { Date(httpDate: $0) }?.timeIntervalSinceNow
    let response = first.status == 401 ? try await send(call) : first
    switch response.status {
    case 200: return Ping(wantsSignIn: first.status == 401, clockAhead: ahead)
    case 404, 200..<400:
      throw invalid(call, "the server that answers /v2/ with status \(response.status) is not a registry")
    default: throw error(response, call)
    }
  }
}
