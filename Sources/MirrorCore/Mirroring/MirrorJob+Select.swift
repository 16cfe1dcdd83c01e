import FoundationEssentials
import OCIRegistry
import Support

extension MirrorJob {
  /// What of a source is mirrored; its manifest is read only where the row selects platforms.
  ///
  /// - Returns: nil for all of it.
  func select(
    _ options: [String: JSONValue], of source: ManifestDescriptor, at image: MirrorImage
  ) async throws(CopyFailure) -> SelectedImage? {
    let selection: PlatformSelection?
    do throws(MirrorError) {
      selection = try PlatformSelection(options: options)
    } catch {
      throw CopyFailure(.badInput, "the mirror of \(image.source.familiar) cannot be used: \(error)")
    }
    guard let selection else { return nil }
    switch try await read(source, of: image.source.withDigest(source.digest)) {
    case .index(let found, let children, let bytes):
      return try SelectedImage.make(of: found, children, bytes, by: selection)
    case .image(let platform): return try SelectedImage.make(of: source, platform, by: selection)
    }
  }

  private enum Content: Sendable {
    case index(ManifestDescriptor, [Manifest.Child], [UInt8])
    case image(Manifest.Platform?)
  }

  /// Some registries name no type, or that of any JSON; a manifest names its own, but for some indexes of OCI.
  private static func type(of found: ManifestDescriptor, _ bytes: [UInt8]) -> String {
    let known = [MediaType.ociIndex, MediaType.dockerList]
    if known.contains(found.mediaType) { return found.mediaType }
    let named = (try? JSONDecoder().decode(Typed.self, from: Data(bytes)))?.mediaType
    return named.flatMap { known.contains($0) ? $0 : nil } ?? MediaType.ociIndex
  }

  private struct Typed: Decodable {
    var mediaType: String?
  }

  private func read(
    _ source: ManifestDescriptor, of reference: ImageReference
  ) async throws(CopyFailure) -> Content {
    do throws(RegistryError) {
      var (found, manifest, bytes) = try await registries.rawManifest(reference, for: .pull)
      switch manifest {
      case .index(let children):
        found.mediaType = Self.type(of: found, bytes)
        return .index(found, children, bytes)
      case .image(let config, _, _):
        let json = try await registries.blob(
          config.digest, in: reference, for: .pull, limit: ImageConfiguration.sizeLimit)
        return .image((try? ImageConfiguration(json: json))?.platform)
      case .other: return .image(nil)
      }
    } catch {
      throw CopyFailure(error)
    }
  }
}
