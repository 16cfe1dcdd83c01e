/// No credentials at all: public images only.
public struct AnonymousAccess: CredentialSource {
  public init() {}

  public func credential(for registry: String, repository: String) async throws -> RegistryCredential? { nil }
}
