import AWSClient
import FoundationEssentials
import OCIRegistry
import Support

/// Sign-ins from an auth document in a Secrets Manager secret or an SSM SecureString, read again every five minutes.
final class SecretAuth: Sendable {
  private let connection: AWSConnection
  let name: String
  private let kept = Lock<(auth: StoredAuth, at: ContinuousClock.Instant)?>(nil)
  private let flights = SingleFlight<String, StoredAuth, any Error>()

  private static let keep = Duration.seconds(300)

  /// - Parameter name: the ARN of a secret, or the name or ARN of a parameter.
  init(_ connection: AWSConnection, name: String) {
    self.connection = connection
    self.name = name
  }

  /// - Throws: `AWSError`, `CredentialError`, `CancellationError`.
  func credential(for registry: String, repository: String) async throws -> RegistryCredential? {
    try await document().credential(for: registry, repository: repository)
  }

  private func document() async throws -> StoredAuth {
    if let kept = kept.withLock(\.self), .now - kept.at < Self.keep { return kept.auth }
    return try await flights.value(for: name) { [self] in
      do {
        // A secret that does not exist knows no sign-in; one that may not be read is an error.
        let auth = try StoredAuth(json: try await read() ?? [], origin: name)
        kept.withLock { $0 = (auth, .now) }
        return .success(auth)
      } catch {
        return .failure(error)
      }
    }.get()
  }

  private func read() async throws(AWSError) -> [UInt8]? {
    if name.contains(":secretsmanager:") { return try await SecretsManagerClient(connection).secret(name) }
    return try await SSMClient(connection).parameter(name).map { Array($0.utf8) }
  }
}
