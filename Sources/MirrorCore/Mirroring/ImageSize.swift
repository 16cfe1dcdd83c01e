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
    guard children.count <= Self.mostChildren else { return nil }
    var blobs: [Digest: Int64] = [:]
    for child in children {
      let manifest = try await registries.manifest(reference.withoutTag.withDigest(child.digest), for: .pull).1
      for blob in manifest.blobs { blobs[blob.digest] = blob.size }
    }
    return Self.sum(blobs)
  }

  /// The same for one image that was read.
  public func of(_ image: Manifest) -> Int64 {
    Self.sum(Dictionary(image.blobs.map { ($0.digest, $0.size) }, uniquingKeysWith: { first, _ in first }))
  }

  /// A registry may say anything: sizes that do not add up are cut.
  private static func sum(_ blobs: [Digest: Int64]) -> Int64 {
    blobs.values.reduce(0) { $0.plus(max($1, 0)) }
  }

  // MARK: - Many

  /// Sizes that are read, at most, and so many at once.
  static let most = 64
  private static let width = 8

  /// How large sources are, as far as asking costs nothing: a registry that counts pulls is not asked, and after a while
  /// no other is.
  ///
  /// - Parameters:
  ///   - sources: in full.
  ///   - patience: how long a person waits for what is an estimate all the same.
  /// - Returns: bytes, by source.
  public func of(_ sources: [String], within patience: Duration = .seconds(10)) async -> [String: Int64] {
    let counting = Self.countingRegistries(registries)
    let references = Set(sources).sorted().compactMap { source in
      (try? ImageReference(source)).map { (source: source, reference: $0) }
    }
    let free = references.filter { !counting.contains($0.reference.registry) }
    let latest = ContinuousClock.now + patience
    let sizes = try? await concurrently(free.prefix(Self.most), width: Self.width) { image in
      (image.source, ContinuousClock.now < latest ? await of(image.reference) : nil)
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

  /// Of what one reference stands for; nil where it cannot be read.
  func of(_ reference: ImageReference) async -> Int64? {
    guard let manifest = try? await registries.manifest(reference, for: .pull).1 else { return nil }
    switch manifest {
    case .index(let children): return (try? await of(children, in: reference)).flatMap(\.self)
    case .image: return of(manifest)
    case .other: return nil
    }
  }
}

extension Manifest {
  fileprivate var blobs: [Blob] {
    if case .image(let config, let layers, _) = self { [config] + layers } else { [] }
  }
}
