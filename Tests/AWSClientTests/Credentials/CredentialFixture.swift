import FoundationEssentials
import HTTP
import Support
import TestSupport

@testable import AWSClient

/// A home folder with the AWS files, and a clock that goes on only when told.
final class CredentialFixture: Sendable {
  let folder: TemporaryFolder
  private let time = Lock(CredentialFixture.start)

  /// 2026-11-23T20:00:00Z
  static let start = Date(timeIntervalSince1970: 1_795_464_000)

  init(config: String = "", credentials: String = "") throws {
    folder = try TemporaryFolder()
    try folder.write(".aws/config", config)
    try folder.write(".aws/credentials", credentials)
  }

  var now: Date { time.withLock { $0 } }

  func wait(_ seconds: Double) { time.withLock { $0 += seconds } }

  /// RFC 3339, so many seconds from now.
  func later(_ seconds: Double) -> String { (now + seconds).rfc3339 }

  /// Programs and files are looked for as usual, the instance is not, and the server is every service of AWS.
  func environment(_ more: [String: String] = [:], _ server: LoopbackServer? = nil) -> [String: String] {
    var environment = [
      "HOME": folder.path, "PATH": "\(folder.path)/bin:/usr/bin:/bin", "AWS_EC2_METADATA_DISABLED": "true",
      "AWS_REGION": "xx-north-1",
    ]
    environment["AWS_ENDPOINT_URL"] = server?.url
    return environment.merging(more) { $1 }
  }

  func provider(
    _ more: [String: String] = [:], _ server: LoopbackServer? = nil, profile: String? = nil,
    transport: (any HTTPTransport)? = nil
  ) -> DefaultCredentials {
    DefaultCredentials(
      environment: environment(more, server), profile: profile, region: nil,
      transport: transport ?? server.map { ServerTransport($0) } ?? AWSClientTests.transport,
      retry: AWSRetryPolicy(backoff: Backoff(base: .milliseconds(1), limit: .milliseconds(2))), now: { self.now })
  }

  /// What STS answers.
  func xml(_ operation: String, id: String, lives seconds: Double = 3600) -> String {
    """
    <\(operation)Response xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
      <\(operation)Result>
        <AssumedRoleUser><AssumedRoleId>R:ecrmirror</AssumedRoleId><Arn>arn:aws:sts::1:r</Arn></AssumedRoleUser>
        <Credentials>
          <AccessKeyId>\(id)</AccessKeyId>
          <SecretAccessKey>secret/\(id)+=</SecretAccessKey>
          <SessionToken>token&amp;\(id)</SessionToken>
          <Expiration>\(later(seconds))</Expiration>
        </Credentials>
      </\(operation)Result>
    </\(operation)Response>
    """
  }

  /// What processes, containers and instances answer.
  func json(id: String, lives seconds: Double = 3600, _ token: String = "Token", _ more: String = "") -> String {
    """
    {"AccessKeyId": "\(id)", "SecretAccessKey": "secret/\(id)", "\(token)": "token-\(id)",
     "Expiration": "\(later(seconds))"\(more)}
    """
  }
}

extension CredentialProvider {
  /// The error in place of credentials.
  func failure() async -> AWSCredentialError? {
    do throws(AWSCredentialError) {
      _ = try await credentials()
      return nil
    } catch {
      return error
    }
  }
}
