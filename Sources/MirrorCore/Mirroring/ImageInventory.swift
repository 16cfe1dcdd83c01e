public import OCIRegistry
import Support

/// What a reference stands for, read in full: each of its images with its layers and what its configuration says.
public struct ImageInventory: Sendable, Equatable {
  public struct Image: Sendable, Equatable {
    /// `linux/arm64/v8`; `image` where nothing names its platform.
    public var name: String
    public var digest: Digest
    public var layers: [Manifest.Blob]
    /// nil where there is none that can be read, as of what is no program.
    public var configuration: ImageConfiguration?
    /// By `org.opencontainers.image.base.name` and `.digest`: what it was built on, as its builder says.
    public var base: String?

    /// Bytes of its layers, as compressed.
    public var size: Int64 { layers.reduce(0) { $0.plus($1.size) } }
  }

  public var digest: Digest
  /// In the index's order; without what build tools note about images.
  public var images: [Image]
  /// Images beyond those that are read.
  public var unread = 0
  /// Manifests that were read for it: what a registry that counts pulls has counted.
  public var manifests = 1

  /// Images of an index that are read, at most.
  static let most = 40
  private static let width = 4

  public init(digest: Digest, images: [Image]) {
    (self.digest, self.images) = (digest, images)
  }

  /// Reads a reference: its manifest, those of its images, and their configurations. Docker Hub counts each manifest as a
  /// pull.
  ///
  /// - Parameters:
  ///   - use: what it is read for: as a source it is `.pull`.
  ///   - platforms: those that are read of an index; nil for all.
  public static func read(
    _ reference: ImageReference, for use: ImageUse, _ platforms: PlatformSelection? = nil,
    through registries: RegistryClient
  ) async throws -> ImageInventory {
    let (descriptor, manifest) = try await registries.manifest(reference, for: use)
    guard case .index(let children) = manifest else {
      let image = await image(manifest, descriptor.digest, nil, reference, use, registries)
      return ImageInventory(digest: descriptor.digest, images: [image])
    }
    let programs = children.filter { child in
      guard child.platform?.os != "unknown" else { return false }
      return platforms.map { selection in child.platform.map(selection.selects) ?? false } ?? true
    }
    let read = try await concurrently(programs.prefix(most), width: width) { child in
      let origin = reference.withoutTag.withDigest(child.digest)
      let manifest = try await registries.manifest(origin, for: use).1
      return await image(manifest, child.digest, child.platform, reference, use, registries)
    }
    var inventory = ImageInventory(digest: descriptor.digest, images: read)
    inventory.unread = programs.count - read.count
    inventory.manifests = 1 + read.count
    return inventory
  }

  private static func image(
    _ manifest: Manifest, _ digest: Digest, _ platform: Manifest.Platform?, _ reference: ImageReference,
    _ use: ImageUse, _ registries: RegistryClient
  ) async -> Image {
    guard case .image(let config, let layers, let annotations) = manifest else {
      return Image(name: platform?.description ?? "image", digest: digest, layers: [])
    }
    // What cannot be read of it leaves the rest to compare.
    let bytes = try? await registries.blob(
      config.digest, in: reference, for: use, limit: ImageConfiguration.sizeLimit)
    let configuration = bytes.flatMap { try? ImageConfiguration(json: $0) }
    let name = (platform ?? configuration?.platform)?.description ?? "image"
    func noted(_ key: String) -> String? {
      let key = "org.opencontainers.image.base.\(key)"
      return annotations[key] ?? configuration?.labels[key]
    }
    let base = [noted("name"), noted("digest")].compactMap(\.self).joined(separator: "@")
    return Image(
      name: name, digest: digest, layers: layers, configuration: configuration, base: base.isEmpty ? nil : base)
  }
}
