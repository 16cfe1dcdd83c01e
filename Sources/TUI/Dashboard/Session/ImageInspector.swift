import MirrorCore
import OCIRegistry
import Support

/// Reads manifests to see which images a reference stands for. Docker Hub counts each as a pull.
struct ImageInspector: Sendable {
  let registries: RegistryClient

  /// - Parameter withSize: whether to read the manifest of each platform too, for the sizes of its layers.
  func look(_ reference: String, withSize: Bool) async -> ImageLook {
    do {
      let reference = try ImageReference(reference)
      let (descriptor, manifest) = try await registries.manifest(reference, for: .pull)
      switch manifest {
      case .index(let children):
        let parts = children.map { ImageContents.Part(name: Self.name(of: $0), digest: $0.digest) }
        let size = withSize ? try await ImageSize(registries).of(children, in: reference) : nil
        return .read(ImageContents(digest: descriptor.digest, parts: parts, size: size))
      case .image:
        let part = ImageContents.Part(name: "one image", digest: descriptor.digest)
        return .read(ImageContents(digest: descriptor.digest, parts: [part], size: ImageSize(registries).of(manifest)))
      case .other:
        let part = ImageContents.Part(name: descriptor.mediaType.cleaned, digest: descriptor.digest)
        return .read(ImageContents(digest: descriptor.digest, parts: [part], size: nil))
      }
    } catch {
      return .failed(String(describing: error).cleaned)
    }
  }

  private static func name(of child: Manifest.Child) -> String {
    guard let platform = child.platform else { return child.mediaType.isEmpty ? "image" : child.mediaType.cleaned }
    return platform.os == "unknown" ? ImageContents.attestation : platform.description.cleaned
  }
}
