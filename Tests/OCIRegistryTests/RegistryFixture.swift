import HTTP
import OCIRegistry
import Support
import TestSupport

let digestA = "sha256:" + String(repeating: "0a", count: 32)
let digestB = "sha256:" + String(repeating: "0b", count: 32)

/// One engine for all tests, as a program has one.
let sharedTransport = CurlTransport(environment: [:])

/// Credentials that are simply there.
struct FixedCredential: CredentialSource {
  var value: RegistryCredential?

  func credential(for registry: String, repository: String) async throws -> RegistryCredential? { value }
}

/// A client whose waits are too short to notice.
func makeClient(
  _ credential: RegistryCredential? = nil, concurrency: Int = 16,
  timeouts: HTTPRequest.Timeouts = .init(idle: .seconds(300), whole: .seconds(300)),
  maximumThrottleWait: Duration = .seconds(30)
) -> RegistryClient {
  let quick = Backoff(base: .milliseconds(1), limit: .milliseconds(2))
  return RegistryClient(
    transport: sharedTransport, credentials: FixedCredential(value: credential),
    configuration: RegistryConfiguration(
      maximumConcurrentRequests: concurrency, timeouts: timeouts,
      retry: HTTPRetryPolicy(attempts: 3, backoff: quick, statuses: HTTPRetryPolicy.withoutThrottling.statuses),
      maximumThrottleWait: maximumThrottleWait, throttleBackoff: quick))
}

/// The headers of a good answer to a look at a manifest.
func manifestHeaders(_ digest: String = digestA) -> [(String, String)] {
  [("Docker-Content-Digest", digest), ("Content-Type", MediaType.ociIndex), ("Content-Length", "7143")]
}

extension LoopbackServer {
  func reference(_ rest: String = "a/b:t") throws -> ImageReference {
    try ImageReference("\(host)/\(rest)")
  }

  /// The requests so far as `METHOD path`.
  var log: [String] { requests.map { "\($0.method) \($0.path)" } }
}

/// Counts from several threads.
final class Counter: Sendable {
  private let value = Lock(0)

  /// The count, this one included.
  func next() -> Int {
    value.withLock { value in
      value += 1
      return value
    }
  }
}
