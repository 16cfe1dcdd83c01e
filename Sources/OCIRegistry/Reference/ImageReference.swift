/// Which image: a repository on a registry, and a tag, a digest, both or neither.
///
/// Always in full and normalised: `alpine` is `docker.io/library/alpine`. No tag is made up where none was given.
public struct ImageReference: Sendable, Hashable {
  /// `host`, `host:port` or `[v6]:port`, lower case; `docker.io` for all names of Docker Hub.
  public let registry: String
  /// At most 255 characters, lower case, components separated by `/`.
  public let repository: String
  /// At most 128 characters.
  public let tag: String?
  public let digest: Digest?

  /// Reads a reference as people and `skopeo` write it, with or without `docker://`.
  ///
  /// - Throws: `ReferenceError` with the place and the reason.
  public init(_ text: String) throws(ReferenceError) {
    var parser = ReferenceParser(text)
    self = try parser.parse()
  }

  init(registry: String, repository: String, tag: String?, digest: Digest?) {
    self.registry = registry
    self.repository = repository
    self.tag = tag
    self.digest = digest
  }

  /// Registry and repository.
  public var name: String { "\(registry)/\(repository)" }

  /// The host of the registry, and what is known about it by its name.
  public var host: RegistryHost { RegistryHost(registry) }

  /// The same repository under another tag; the digest, which belonged to the old one, is dropped.
  public func withTag(_ tag: String) throws(ReferenceError) -> ImageReference {
    try ReferenceParser.check(tag: Array(tag.utf8)[...], of: tag)
    return ImageReference(registry: registry, repository: repository, tag: tag, digest: nil)
  }

  /// This very content of the same repository, whatever its tags.
  public func withDigest(_ digest: Digest) -> ImageReference {
    ImageReference(registry: registry, repository: repository, tag: nil, digest: digest)
  }

  /// The repository alone.
  public var withoutTag: ImageReference {
    ImageReference(registry: registry, repository: repository, tag: nil, digest: nil)
  }

  /// The shortest form that reads back as the same reference, for people: Docker Hub's defaults are left out.
  public var familiar: String {
    guard registry == RegistryHost.dockerHub else { return description }
    if repository.hasPrefix("library/"), !repository.dropFirst(8).contains("/") {
      return repository.dropFirst(8) + suffix
    }
    // `docker.io/localhost/x` would read back as a repository of localhost.
    let first = repository.prefix { $0 != "/" }
    return first == "localhost" || first.contains(".") ? description : repository + suffix
  }

  private var suffix: String {
    (tag.map { ":\($0)" } ?? "") + (digest.map { "@\($0)" } ?? "")
  }
}

extension ImageReference: CustomStringConvertible {
  /// The canonical form: everything in full.
  public var description: String { name + suffix }
}

/// As one string, in full.
extension ImageReference: Codable {
  public init(from decoder: any Decoder) throws {
    try self.init(decoder.singleValueContainer().decode(String.self))
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(description)
  }
}
