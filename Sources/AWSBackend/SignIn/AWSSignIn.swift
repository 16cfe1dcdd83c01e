public import AWSClient
public import OCIRegistry
import Support

/// Sign-ins for registries as somebody in AWS has them: tokens for ECR, files of this machine, a secret for the others.
public struct AWSSignIn: CredentialSource {
  private let tokens: ECRTokens
  /// The public gallery knows keys of the partition `aws` only.
  private let signsInToGallery: Bool
  private let files: any CredentialSource
  private let secret: SecretAuth?
  private let aliases: [String: String]
  /// Until when it is taken for known that no AWS credentials are configured: to find that out takes a second or two
  /// where the instance metadata do not answer.
  private let anonymousUntil = Lock<ContinuousClock.Instant?>(nil)

  /// - Parameters:
  ///   - files: asked for what is not ECR, and for ECR where no AWS credentials are configured.
  ///   - secret: the ARN of a Secrets Manager secret, or the name or ARN of an SSM SecureString, that holds an auth
  ///     document; asked last.
  ///   - aliases: the names that private ECR registries have with AWS, by `host[:port]` that stand for them.
  public init(
    _ connection: AWSConnection, files: any CredentialSource, secret: String? = nil, aliases: [String: String] = [:]
  ) {
    tokens = ECRTokens(connection)
    signsInToGallery = AWSPartition(region: connection.endpoints.region).name == "aws"
    self.files = files
    self.secret = secret.map { SecretAuth(connection, name: $0) }
    self.aliases = aliases
  }

  public func credential(for registry: String, repository: String) async throws -> RegistryCredential? {
    if let token = try await token(for: registry) {
      return .basic(username: token.username, password: token.password)
    }
    if let credential = try await files.credential(for: registry, repository: repository) { return credential }
    return try await secret?.credential(for: registry, repository: repository)
  }

  public func searched(for registry: String) async -> String? {
    var places: [String] = []
    if case .ecr = RegistryHost(aliases[registry] ?? registry).kind {
      places.append("AWS credentials (none configured)")
    }
    if let files = await files.searched(for: registry) { places.append(files) }
    if let secret { places.append("the secret \(secret.name)") }
    return places.isEmpty ? nil : places.joined(separator: ", ")
  }

  private func token(for registry: String) async throws -> ECRToken? {
    if let until = anonymousUntil.withLock(\.self), .now < until { return nil }
    do {
      switch RegistryHost(aliases[registry] ?? registry).kind {
      case .ecr(let ecr): return try await tokens.token(region: ecr.region)
      case .ecrPublic: return signsInToGallery ? try await tokens.galleryToken() : nil
      default: return nil
      }
    } catch let error as AWSError {
      if case .credentials(let reason) = error.kind, reason.kind == .notConfigured {
        anonymousUntil.withLock { $0 = .now + .seconds(60) }
        return nil
      }
      // The gallery lets everybody pull, so whatever AWS has against the token is no reason not to look.
      if RegistryHost(registry).kind == .ecrPublic, case .service = error.kind { return nil }
      throw error
    }
  }
}
