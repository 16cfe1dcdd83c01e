import HTTP

/// A registry's `host[:port]`, and what its name alone tells about it.
public struct RegistryHost: Sendable, Hashable {
  /// The name that stands for Docker Hub in references and auth files.
  public static let dockerHub = "docker.io"

  /// The host without port or brackets, lower case.
  public let name: String
  public let port: Int?
  public let kind: RegistryKind

  /// Takes any `host[:port]`; what is no valid one is of kind `other`.
  public init(_ registry: String) {
    let registry = Self.normalised(registry)
    if registry.hasPrefix("["), let bracket = registry.firstIndex(of: "]") {
      name = String(registry[registry.index(after: registry.startIndex)..<bracket])
      port = Int(registry[bracket...].dropFirst(2))
    } else if let colon = registry.lastIndex(of: ":") {
      name = String(registry[..<colon])
      port = Int(registry[registry.index(after: colon)...])
    } else {
      name = registry
      port = nil
    }
    kind = RegistryKind(host: name)
  }

  /// Lower case, and one name for Docker Hub.
  static func normalised(_ registry: String) -> String {
    let registry = registry.lowercased()
    return ["index.docker.io", "registry-1.docker.io"].contains(registry) ? dockerHub : registry
  }
}

/// What a registry is, as far as its host name tells.
public enum RegistryKind: Sendable, Hashable {
  case ecr(ECRRegistry)
  /// `public.ecr.aws`, or its dual-stack name `ecr-public.aws.com`.
  case ecrPublic
  case dockerHub
  /// This machine: `localhost`, 127.0.0.0/8, `::1`.
  case loopback
  case other

  /// - Parameter host: A lower-case host name without a port.
  init(host: String) {
    if host == RegistryHost.dockerHub {
      self = .dockerHub
    } else if host == "public.ecr.aws" || host == "ecr-public.aws.com" {
      self = .ecrPublic
    } else if HTTPURL.isLoopback(host) {
      self = .loopback
    } else if let registry = ECRRegistry(host: host) {
      self = .ecr(registry)
    } else {
      self = .other
    }
  }
}
