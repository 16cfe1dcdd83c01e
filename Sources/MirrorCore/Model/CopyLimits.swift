import OCIRegistry

/// What copies may ask of single registries, over all jobs of an installation on one machine.
public struct CopyLimits: Sendable, Equatable {
  public struct Limit: Sendable, Equatable {
    /// Copies at once from it or to it; nil for as many as it takes.
    public var copies: Int?
    /// What all copies together receive from it, and what they send to it; nil for as much as goes.
    public var bytesPerSecond: Int64?

    public init(copies: Int? = nil, bytesPerSecond: Int64? = nil) {
      self.copies = copies
      self.bytesPerSecond = bytesPerSecond
    }
  }

  /// By the registries' names.
  public var registries: [String: Limit]

  public init(_ registries: [String: Limit] = [:]) {
    self.registries = registries
  }

  /// Copies at once, by the configuration or else by what the registry documents; nil for as many as it takes.
  ///
  /// Docker Hub refuses whoever makes more than some thousands of requests a minute from one address
  /// (https://docs.docker.com/docker-hub/usage/): a copy makes some twenty, in a few seconds.
  public func copies(at registry: String) -> Int? {
    if let copies = registries[registry]?.copies { return copies }
    return registry == RegistryHost.dockerHub ? 8 : nil
  }

  /// Manifests that may be written to a registry a second, by what it documents; nil where it documents nothing.
  ///
  /// ECR: `PutImage`, for an account in a region
  /// (https://docs.aws.amazon.com/AmazonECR/latest/userguide/service-quotas.html,
  /// https://docs.aws.amazon.com/AmazonECR/latest/public/public-service-quotas.html).
  public static func manifestsPerSecond(at registry: String) -> Double? {
    switch RegistryHost(registry).kind {
    case .ecr, .ecrPublic: 10
    default: nil
    }
  }
}
