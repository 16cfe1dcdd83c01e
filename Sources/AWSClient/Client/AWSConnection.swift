public import HTTP

/// What the clients of all services share: where, as whom, through what.
public struct AWSConnection: Sendable {
  public var endpoints: AWSEndpoints
  public var credentials: any CredentialProvider
  public var transport: any HTTPTransport
  public var retry: AWSRetryPolicy
  /// PEM certificates to trust instead of the system's: `AWS_CA_BUNDLE`.
  public var caFile: String?
  let clock: ServiceClock
  /// Shared by all services, so that no combination of what a program keeps fresh asks more. No service that is asked
  /// here allows fewer than 10 a second of an account.
  let budget = RequestBudget(rate: 5, burst: 20)

  /// - Parameter transport: without a retry layer; the clients themselves try again.
  public init(
    endpoints: AWSEndpoints, credentials: any CredentialProvider, transport: any HTTPTransport,
    retry: AWSRetryPolicy = AWSRetryPolicy(), caFile: String? = nil
  ) {
    self.endpoints = endpoints
    self.credentials = credentials
    self.transport = transport
    self.retry = retry
    self.caFile = caFile
    clock = ServiceClock()
  }

  /// The same in another region.
  public func inRegion(_ region: String) -> AWSConnection {
    var copy = self
    copy.endpoints = endpoints.inRegion(region)
    return copy
  }
}
