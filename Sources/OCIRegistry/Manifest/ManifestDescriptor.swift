/// What a registry says about a manifest without its content.
public struct ManifestDescriptor: Sendable, Hashable, Codable {
  public var digest: Digest
  /// Empty where the registry named none.
  public var mediaType: String
  /// Bytes of the manifest itself.
  public var size: Int64?

  public init(digest: Digest, mediaType: String, size: Int64?) {
    self.digest = digest
    self.mediaType = mediaType
    self.size = size
  }
}
