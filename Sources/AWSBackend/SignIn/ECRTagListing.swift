public import AWSClient
public import OCIRegistry

/// Lists the tags of private ECR registries by their API.
public struct ECRTagListing: TagListing {
  private let connection: AWSConnection
  private let aliases: [String: String]

  /// - Parameter aliases: the names that private ECR registries have with AWS, by `host[:port]` that stand for them.
  public init(_ connection: AWSConnection, aliases: [String: String] = [:]) {
    (self.connection, self.aliases) = (connection, aliases)
  }

  public func lists(_ registry: String) -> Bool { ecr(registry) != nil }

  public func page(of repository: ImageReference, after mark: String?) async -> TagPage? {
    guard let ecr = ecr(repository.registry) else { return nil }
    let client = ECRClient(connection.inRegion(ecr.region))
    guard let page = try? await client.tags(of: repository.repository, in: ecr.account, after: mark) else { return nil }
    var digests: [String: Digest] = [:]
    for (tag, digest) in page.tags { digests[tag] = try? Digest(digest) }
    return TagPage(digests: digests, next: page.next)
  }

  private func ecr(_ registry: String) -> ECRRegistry? {
    if case .ecr(let ecr) = RegistryHost(aliases[registry] ?? registry).kind { ecr } else { nil }
  }
}
