public import OCIRegistry
import Support

/// How large images are, by their manifests.
public struct ImageSize: Sendable {
  private let registries: RegistryClient

  /// Images of an index that are read, at most.
  private static let mostChildren = 20

  public init(_ registries: RegistryClient) {
    self.registries = registries
  }

  /// Reads the manifest of each image of an index. Docker Hub counts each as a pull.
  ///
  /// - Returns: bytes of all that is in them, once where several have the same; nil where there are more of them than are
  ///   read.
  public func of(_ children: [Manifest.Child], in reference: ImageReference) async throws(RegistryError) -> Int64? {
    try await weight(of: children, in: reference)?.bytes
  }

  private func weight(
    of children: [Manifest.Child], in reference: ImageReference
  ) async throws(RegistryError) -> ImageWeight? {
    guard children.count <= Self.mostChildren else { return nil }
    var blobs: [Manifest.Blob] = []
    for child in children {
      blobs += try await registries.manifest(reference.withoutTag.withDigest(child.digest), for: .pull).1.blobs
    }
    return ImageWeight(blobs)
  }

  /// The same for one image that was read.
  public func of(_ image: Manifest) -> Int64 { ImageWeight(image.blobs).bytes }

  // MARK: - Many

  /// Sizes that are read, at most, and so many at once.
  static let most = 64
  private static let width = 8

  /// How large sources are, as far as asking costs nothing: a registry that counts pulls is not asked, and after a while
  /// no other is.
  ///
  /// - Parameters:
  ///   - sources: in full.
  ///   - platforms: those that are copied of them, by source, where not all are.
  ///   - patience: how long a person waits for what is an estimate all the same.
  /// - Returns: bytes, by source.
  public func of(
    _ sources: [String], _ platforms: [String: PlatformSelection] = [:], within patience: Duration = .seconds(10)
  ) async -> [String: Int64] {
    let counting = Self.countingRegistries(registries)
    let references = Set(sources).sorted().compactMap { source in
      (try? ImageReference(source)).map { (source: source, reference: $0) }
    }
    let free = references.filter { !counting.contains($0.reference.registry) }
    let latest = ContinuousClock.now + patience
    let sizes = try? await concurrently(free.prefix(Self.most), width: Self.width) { image in
      (
        image.source,
        ContinuousClock.now < latest ? await weight(of: image.reference, platforms[image.source])?.bytes : nil
      )
    }
    return Dictionary(
      (sizes ?? []).compactMap { source, size in size.map { (source, $0) } }, uniquingKeysWith: { first, _ in first })
  }

  /// Registries that count the pulls of manifests, by what they said; Docker Hub does whether it says so or not.
  static func countingRegistries(_ registries: RegistryClient) -> Set<String> {
    Set(registries.status().filter { $0.limit != nil || $0.remaining != nil }.map(\.registry)).union([
      RegistryHost.dockerHub
    ])
  }

  /// Of what one reference stands for, or of some platforms of it; nil where it cannot be read.
  func weight(of reference: ImageReference, _ platforms: PlatformSelection?) async -> ImageWeight? {
    guard let manifest = try? await registries.manifest(reference, for: .pull).1 else { return nil }
    switch manifest {
    case .index(var children):
      if let platforms { children.removeAll { !($0.platform.map(platforms.selects) ?? false) } }
      return (try? await weight(of: children, in: reference)).flatMap(\.self)
    case .image: return ImageWeight(manifest.blobs)
    case .other: return nil
    }
  }
}

/// What is in an image, as its manifests say it.
struct ImageWeight: Sendable, Equatable {
  /// Of all layers and configurations, once where several images of an index have the same.
  let bytes: Int64
  /// Of the largest of them.
  let largest: Int64

  /// A registry may say anything: sizes that do not add up are cut.
  init(_ blobs: [Manifest.Blob]) {
    let sizes = Dictionary(blobs.map { ($0.digest, max($0.size, 0)) }, uniquingKeysWith: { first, _ in first })
    bytes = sizes.values.reduce(0) { $0.plus($1) }
    largest = sizes.values.max() ?? 0
  }
}

extension Manifest {
  fileprivate var blobs: [Blob] {
    if case .image(let config, let layers, _) = self { [config] + layers } else { [] }
  }
}
