public import AWSClient
public import OCIRegistry
import Support

/// Sign-ins for registries as somebody in AWS has them: tokens for ECR, files of this machine, a secret for the others.
public struct AWSSignIn: CredentialSource {
  private let tokens: ECRTokens
  private let files: any CredentialSource
  private let secret: SecretAuth?
  private let ecrHosts: [String: String]

  /// - Parameters:
  ///   - files: asked for what is not ECR, and for ECR where no AWS credentials are configured.
  ///   - secret: the ARN of a Secrets Manager secret, or the name or ARN of an SSM SecureString, that holds an auth
  ///     document; asked last.
  ///   - ecrHosts: regions by `host[:port]` of private ECR registries with names of their own, such as VPC endpoints.
  public init(
    _ connection: AWSConnection, files: any CredentialSource, secret: String? = nil, ecrHosts: [String: String] = [:]
  ) {
    tokens = ECRTokens(connection)
    self.files = files
    self.secret = secret.map { SecretAuth(connection, name: $0) }
    self.ecrHosts = ecrHosts
  }

  public func credential(for registry: String, repository: String) async throws -> RegistryCredential? {
    if let token = try await token(for: registry) {
      return .basic(username: token.username, password: token.password)
    }
    if let credential = try await files.credential(for: registry, repository: repository) { return credential }
    return try await secret?.credential(for: registry, repository: repository)
  }

  private func token(for registry: String) async throws -> ECRToken? {
    do {
      if let region = ecrHosts[registry] { return try await tokens.token(region: region) }
      switch RegistryHost(registry).kind {
      case .ecr(let ecr): return try await tokens.token(region: ecr.region)
      case .ecrPublic: return try await tokens.galleryToken()
      default: return nil
      }
    } catch let error as AWSError {
      if case .credentials(let reason) = error.kind, reason.kind == .notConfigured { return nil }
      // The gallery lets everybody pull.
      if RegistryHost(registry).kind == .ecrPublic && error.isAccessDenied { return nil }
      throw error
    }
  }
}
