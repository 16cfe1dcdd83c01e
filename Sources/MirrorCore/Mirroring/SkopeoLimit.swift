import OCIRegistry
public import Support

/// A form of image that some versions of skopeo, or all, cannot copy with its digest, by the sources of containers/image
/// and the versions of it that skopeo's releases have.
public enum SkopeoLimit: Sendable, CaseIterable {
  /// https://github.com/containers/skopeo/issues/2068, open
  case nestedIndex
  /// The type was lost where an index is cloned, until containers/image 5.30.
  case artifactTypes
  /// https://github.com/containers/skopeo/issues/2627: an annotation was added, from containers/image 5.27 until 5.39.
  case zstdLayers

  /// What it cannot copy.
  public var form: String {
    switch self {
    case .nestedIndex: "an index within an index"
    case .artifactTypes: "an index entry with an artifactType, as SOCI v2 has it"
    case .zstdLayers: "zstd layers in an index that does not mark them"
    }
  }

  /// The first version that has it, and the first that has it no longer.
  private var versions: (first: String, end: String?) {
    switch self {
    case .nestedIndex: ("0", nil)
    case .artifactTypes: ("0", "1.15.0")
    case .zstdLayers: ("1.14.0", "1.23.0")
    }
  }

  /// The first version that can copy it; nil where none can.
  public var end: String? { versions.end }

  public func holds(for version: SemanticVersion) -> Bool {
    guard let first = SemanticVersion(versions.first), version >= first else { return false }
    return versions.end.flatMap { SemanticVersion($0) }.map { version < $0 } ?? true
  }

  /// What skopeo's words about a failure and the image itself tell.
  ///
  /// - Parameter layerTypes: of the images in the index, as far as they were read.
  static func cause(of index: [Manifest.Child], layerTypes: [String], for version: SemanticVersion) -> SkopeoLimit? {
    let found: [SkopeoLimit] =
      (index.contains { [MediaType.ociIndex, MediaType.dockerList].contains($0.mediaType) } ? [.nestedIndex] : [])
      + (index.contains { $0.artifactType != nil } ? [.artifactTypes] : [])
      + (layerTypes.contains { $0.hasSuffix("zstd") } ? [.zstdLayers] : [])
    return found.first { $0.holds(for: version) }
  }

  /// Why an image is not copied, as a sentence.
  ///
  /// - Parameter cause: nil where nothing known is the cause.
  static func sentence(_ image: ImageReference, _ version: SemanticVersion?, cause: SkopeoLimit?) -> String {
    let skopeo = "skopeo" + (version.map { " \($0)" } ?? "")
    guard let cause else {
      return
        "\(image.familiar) cannot be copied by \(skopeo), which would change its index and thus its digest; a newer version may keep it"
    }
    guard let end = cause.end else {
      return "\(image.familiar) cannot be copied by \(skopeo) or any other version so far: it has \(cause.form)"
    }
    return "\(image.familiar) cannot be copied by \(skopeo), as it has \(cause.form); install \(end) or later"
  }
}

extension RegistryClient {
  /// Why skopeo cannot keep an image as it is, by a look into it: one pull, and one more for each image of the index
  /// where nothing else is the cause.
  func skopeoLimit(of source: ImageReference, for version: SemanticVersion) async -> SkopeoLimit? {
    guard case .index(let children)? = try? await manifest(source, for: .pull).1 else { return nil }
    if let cause = SkopeoLimit.cause(of: children, layerTypes: [], for: version) { return cause }
    guard SkopeoLimit.zstdLayers.holds(for: version) else { return nil }
    for child in children.prefix(20) {
      guard case .image(_, let layers, _)? = try? await manifest(source.withDigest(child.digest), for: .pull).1 else {
        continue
      }
      let types = layers.map(\.mediaType)
      if let cause = SkopeoLimit.cause(of: children, layerTypes: types, for: version) { return cause }
    }
    return nil
  }
}
