/// Where credentials for registries come from.
public protocol CredentialSource: Sendable {
  /// What to show this registry for this repository; nil to stay anonymous.
  ///
  /// Asked whenever a registry or its token server wants a credential: a source keeps what is costly to get.
  func credential(for registry: String, repository: String) async throws -> RegistryCredential?

  /// Where a sign-in for the registry was looked for and not found, for a person: files, helpers and secrets by name.
  ///
  /// - Returns: nil where nothing was looked for.
  func searched(for registry: String) async -> String?
}

extension CredentialSource {
  public func searched(for registry: String) async -> String? { nil }
}
