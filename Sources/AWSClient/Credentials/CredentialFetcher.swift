import FoundationEssentials
import HTTP

/// Asks sources for credentials.
struct CredentialFetcher: Sendable {
  var settings: AWSSettings
  var transport: any HTTPTransport
  var retry = AWSRetryPolicy()
  /// How long a `credential_process` may take, which may have a person to ask.
  var processTimeout = Duration.seconds(60)
  /// How long the container's credential service may take.
  var containerTimeout = Duration.seconds(5)
  var now: @Sendable () -> Date = { Date.now }

  /// Credentials that are valid now.
  func fetch(_ source: AWSCredentialSource) async throws(AWSCredentialError) -> AWSCredentials {
    let credentials =
      switch source {
      case .keys(let keys): keys
      case .role(let role, let base): try await role.assume(as: fetch(base), self)
      case .webIdentity(let identity): try await identity.assume(self)
      case .sso(let access): try await access.fetch(self)
      case .process(let process): try await process.run(settings.environment, timeout: processTimeout)
      case .container(let container): try await container.fetch(self)
      case .instance(let instance): try await instance.fetch(self)
      }
    return try credentials.unexpired(now())
  }

  /// A client of a service that hands out keys.
  ///
  /// - Parameters:
  ///   - region: where the service is asked.
  ///   - credentials: what signs, where something does.
  func client(
    _ service: AWSService, region: String, _ credentials: (any CredentialProvider)? = nil
  ) -> ServiceClient {
    ServiceClient(
      service,
      AWSConnection(
        endpoints: settings.endpoints(in: region), credentials: credentials ?? NoCredentials(), transport: transport,
        retry: retry, caFile: settings.caFile))
  }

  /// Asks a service of this machine or its network: past any proxy, and again soon where it fails.
  func send(_ request: HTTPRequest, attempts: Int) async throws(HTTPError) -> HTTPResponse {
    var request = request
    request.ignoresProxies = true
    request.headers["User-Agent"] = "ecrmirror"
    let policy = HTTPRetryPolicy(attempts: attempts, backoff: retry.backoff, retryAfterLimit: .seconds(2))
    return try await RetryingTransport(transport, policy: policy).send(request)
  }
}

/// For operations that are not signed.
private struct NoCredentials: CredentialProvider {
  func credentials() async throws(AWSCredentialError) -> AWSCredentials {
    throw AWSCredentialError(.notConfigured, "this operation is called without credentials")
  }
}
