import FoundationEssentials
import MirrorCore
import OCIRegistry
import Support

/// What a registry said of an image that somebody asked to look into.
enum ImageLook: Sendable, Equatable {
  case reading
  case read(ImageContents)
  case failed(String)
}

/// The images that a reference stands for.
struct ImageContents: Sendable, Equatable {
  struct Part: Sendable, Equatable {
    /// `linux/arm64/v8`, or what else it is.
    let name: String
    let digest: Digest
  }

  let digest: Digest
  /// In the index's order; one alone for an image without an index.
  let parts: [Part]
  /// Bytes of all layers, as compressed; nil where that was not asked, or is more than was looked at.
  let size: Int64?

  /// In one line: `27 MiB, 2 platforms: linux/amd64, linux/arm64`.
  var summary: String {
    let platforms = parts.map(\.name).filter { $0 != ImageContents.attestation }
    let amount = size.map { "\($0.inUnits), " } ?? ""
    return "\(amount)\(counted(platforms.count, "platform")): \(platforms.joined(separator: ", "))"
  }

  /// Build tools describe their images so, beside each.
  static let attestation = "attestation"
}

/// Where source and destination stand towards each other in one platform.
struct PlatformComparison: Sendable, Equatable {
  let name: String
  /// nil where that side was not read, or has no such platform.
  let source: Digest?
  let destination: Digest?

  /// Platforms of both, the source's order first; the same name may occur more than once.
  static func make(source: ImageContents?, destination: ImageContents?) -> [PlatformComparison] {
    var left = destination?.parts ?? []
    var result: [PlatformComparison] = (source?.parts ?? []).map { part in
      let index =
        left.firstIndex { $0.name == part.name && $0.digest == part.digest } ?? left.firstIndex { $0.name == part.name }
      return PlatformComparison(
        name: part.name, source: part.digest, destination: index.map { left.remove(at: $0).digest })
    }
    result += left.map { PlatformComparison(name: $0.name, source: nil, destination: $0.digest) }
    return result
  }
}
