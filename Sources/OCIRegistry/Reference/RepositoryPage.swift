extension ImageReference {
  /// The page that its registry has for people, with the tag chosen where a page can; nil for registries that have none,
  /// or none whose address their names tell.
  public var page: String? {
    if let ecr = ECRRegistry(host: registry) { return ecr.page(of: repository) }
    return switch registry {
    case RegistryHost.dockerHub: dockerHubPage
    case "quay.io": "https://quay.io/repository/\(repository)?tab=tags" + (tag.map { "&tag=\($0)" } ?? "")
    // GitHub leads from there to the page of the package.
    case "ghcr.io": "https://ghcr.io/\(repository)"
    case "public.ecr.aws": "https://gallery.ecr.aws/\(repository)"
    case "gcr.io", "eu.gcr.io", "us.gcr.io", "asia.gcr.io": "https://\(registry)/\(repository)"
    case "mcr.microsoft.com": "https://mcr.microsoft.com/artifact/mar/\(repository)/tags"
    case _ where registry.hasSuffix("-docker.pkg.dev"): "https://\(registry)/\(repository)"
    default: nil
    }
  }

  private var dockerHubPage: String {
    let official = "library/"
    let name = repository.hasPrefix(official) ? "_/\(repository.dropFirst(official.count))" : "r/\(repository)"
    return "https://hub.docker.com/\(name)/tags" + (tag.map { "?name=\($0)" } ?? "")
  }
}

extension ECRRegistry {
  /// In the console; nil in partitions whose console nobody outside reaches.
  fileprivate func page(of repository: String) -> String? {
    let hosts = [
      "aws": "\(region).console.aws.amazon.com", "aws-cn": "\(region).console.amazonaws.cn",
      "aws-us-gov": "\(region).console.amazonaws-us-gov.com",
    ]
    return hosts[partition].map { "https://\($0)/ecr/repositories/private/\(account)/\(repository)?region=\(region)" }
  }
}
