import OCIRegistry
import Support

/// Reads manifests to see which images a reference stands for. Docker Hub counts each as a pull.
struct ImageInspector: Sendable {
  let registries: RegistryClient

  /// Images of an index whose sizes are read, at most.
  private static let mostSizes = 20

  /// - Parameter withSize: whether to read the manifest of each platform too, for the sizes of its layers.
  func look(_ reference: String, withSize: Bool) async -> ImageLook {
    do {
      let reference = try ImageReference(reference)
      let (descriptor, manifest) = try await registries.manifest(reference, for: .pull)
      switch manifest {
      case .index(let children):
        let parts = children.map { ImageContents.Part(name: Self.name(of: $0), digest: $0.digest) }
        let size = withSize ? try await size(of: children, in: reference) : nil
        return .read(ImageContents(digest: descriptor.digest, parts: parts, size: size))
      case .image(_, let layers):
        let part = ImageContents.Part(name: "one image", digest: descriptor.digest)
        return .read(ImageContents(digest: descriptor.digest, parts: [part], size: Self.sum(layers)))
      case .other:
        let part = ImageContents.Part(name: descriptor.mediaType.cleaned, digest: descriptor.digest)
        return .read(ImageContents(digest: descriptor.digest, parts: [part], size: nil))
      }
    } catch {
      return .failed(String(describing: error).cleaned)
    }
  }

  private func size(of children: [Manifest.Child], in reference: ImageReference) async throws -> Int64? {
    guard children.count <= Self.mostSizes else { return nil }
    var total: Int64 = 0
    for child in children {
      guard case .image(_, let layers) = try await registries.manifest(reference.withDigest(child.digest), for: .pull).1
      else {
        continue
      }
      total = total.plus(Self.sum(layers))
    }
    return total
  }

  /// A registry may say anything: sizes that do not add up are cut.
  private static func sum(_ layers: [Manifest.Blob]) -> Int64 {
    layers.reduce(0) { $0.plus($1.size) }
  }

  private static func name(of child: Manifest.Child) -> String {
    guard let platform = child.platform else { return child.mediaType.isEmpty ? "image" : child.mediaType.cleaned }
    return platform.os == "unknown" ? ImageContents.attestation : platform.description.cleaned
  }
}
