import FoundationEssentials
import HTTP
import Support
import TestSupport

@testable import AWSClient

/// Keys that are as good as they say, a new one after each that was refused.
final class RotatingKeys: CredentialProvider {
  private let number = Lock(1)

  func credentials() async throws(AWSCredentialError) -> AWSCredentials {
    AWSCredentials(accessKeyID: "KEY\(number.withLock { $0 })", secretAccessKey: "secret")
  }

  func discard(_ refused: AWSCredentials) async { number.withLock { $0 += 1 } }
}

/// Fails as somebody without a configuration would.
struct NoKeys: CredentialProvider {
  func credentials() async throws(AWSCredentialError) -> AWSCredentials {
    throw AWSCredentialError(.notConfigured, "no credentials are configured; run `aws configure`")
  }
}

/// One transport for all suites: each engine has a thread of its own.
let transport = CurlTransport()

extension LoopbackServer {
  /// A connection to this server as if it were every service of AWS; its waits are short.
  func connection(
    _ credentials: any CredentialProvider = RotatingKeys(), region: String = "eu-central-1"
  ) -> AWSConnection {
    AWSConnection(
      endpoints: AWSEndpoints(region: region, override: url), credentials: credentials,
      transport: ServerTransport(self),
      retry: AWSRetryPolicy(backoff: Backoff(base: .milliseconds(1), limit: .milliseconds(2))))
  }
}

/// Counts from 1.
final class Counter: Sendable {
  private let count = Lock(0)
  func next() -> Int {
    count.withLock { count in
      count += 1
      return count
    }
  }
}
