import FoundationEssentials

/// A manifest as far as it is needed to know what an image consists of. Unknown fields are ignored.
public enum Manifest: Sendable, Equatable {
  /// A list of manifests, one for each platform or attachment.
  case index([Child])
  /// One image: its configuration, its layers, and what was noted about it.
  case image(config: Blob, layers: [Blob], annotations: [String: String] = [:])
  /// Anything else, Docker's schema 1 among it.
  case other

  /// A manifest within an index.
  public struct Child: Sendable, Equatable {
    public var digest: Digest
    public var mediaType: String
    /// Bytes of the manifest itself.
    public var size: Int64
    public var platform: Platform?
    /// What is in it, where it is no image of a program.
    public var artifactType: String?
    /// The image of the index that it says something about, as BuildKit's attestations do:
    /// https://docs.docker.com/build/metadata/attestations/attestation-storage/.
    public var subject: Digest?
  }

  /// A blob within an image.
  public struct Blob: Sendable, Equatable {
    public var digest: Digest
    public var mediaType: String
    /// Bytes.
    public var size: Int64
  }

  public struct Platform: Sendable, Hashable, Decodable, CustomStringConvertible {
    public var os: String
    public var architecture: String
    public var variant: String?
    /// Of Windows: images for two of its versions differ in nothing else.
    public var osVersion: String?

    private enum CodingKeys: String, CodingKey {
      case os, architecture, variant
      case osVersion = "os.version"
    }

    /// `linux/arm64/v8`, `windows/amd64 10.0.20348.2700`
    public var description: String {
      ([os, architecture] + (variant.map { [$0] } ?? [])).joined(separator: "/") + (osVersion.map { " \($0)" } ?? "")
    }
  }

  /// The largest manifest that is read: twice what the distribution project's registry accepts.
  public static let sizeLimit = 8 << 20

  /// Reads a manifest.
  ///
  /// - Throws: `DecodingError` for what is no JSON object, or lacks what its kind must have.
  public init(json: [UInt8]) throws {
    let document = try JSONDecoder().decode(Document.self, from: Data(json))
    guard document.schemaVersion != nil || document.mediaType != nil else {
      throw DecodingError.dataCorrupted(.init(codingPath: [], debugDescription: "no schema version and no media type"))
    }
    if let manifests = document.manifests {
      self = .index(
        manifests.map {
          Child(
            digest: $0.digest, mediaType: $0.mediaType ?? "", size: max($0.size, 0), platform: $0.platform,
            artifactType: $0.artifactType, subject: $0.subject)
        })
    } else if let config = document.config, let layers = document.layers {
      self = .image(
        config: config.blob, layers: layers.map(\.blob), annotations: document.annotations?.texts ?? [:])
    } else {
      self = .other
    }
  }

  private struct Document: Decodable {
    var schemaVersion: Int?
    var mediaType: String?
    var manifests: [Descriptor]?
    var config: Descriptor?
    var layers: [Descriptor]?
    var annotations: Annotations?
  }

  /// What is noted wrongly is no reason to read nothing of a manifest.
  private struct Annotations: Decodable {
    var texts: [String: String]

    init(from decoder: any Decoder) throws {
      texts = (try? decoder.singleValueContainer().decode([String: String].self)) ?? [:]
    }
  }

  private struct Descriptor: Decodable {
    var digest: Digest
    var mediaType: String?
    var size: Int64
    var platform: Platform?
    var artifactType: String?
    var annotations: Annotations?

    var subject: Digest? { annotations?.texts["vnd.docker.reference.digest"].flatMap { try? Digest($0) } }
    var blob: Blob { Blob(digest: digest, mediaType: mediaType ?? "", size: max(size, 0)) }
  }
}
