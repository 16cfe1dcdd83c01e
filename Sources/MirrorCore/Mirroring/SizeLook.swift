import OCIRegistry
import Support

/// Where the size of an image that drifted can be read without a pull that somebody counts.
///
/// A `HEAD` tells no size, and Docker Hub counts each manifest that is read. So another destination of the row that holds
/// the image already is asked first; then the source, where it is no registry that counts; then the image that a
/// destination held before, for the next version is about as large. Of what nobody tells for free nothing is known.
struct SizeLook: Sendable {
  /// How long a sweep reads sizes, in all: they are estimates, and a table of a hundred thousand rows does not wait for
  /// them.
  static let patience = Duration.seconds(60)
  private static let width = 16

  let registries: RegistryClient

  /// What to ask for an image, best first: a decision without I/O.
  static func candidates(
    of image: MirrorImage, _ looks: [LookTarget: Look], isFree: (String) -> Bool
  ) -> [ImageReference] {
    guard case .found(let wanted) = looks[image.sourceTarget] else { return [] }
    let there = image.destinations.compactMap { destination -> (ImageReference, Bool)? in
      guard case .found(let found) = looks[LookTarget(destination)], isFree(destination.registry) else { return nil }
      return (destination.withoutTag.withDigest(found.digest), found.digest == wanted.digest)
    }
    var candidates = there.filter(\.1).map(\.0)
    if isFree(image.source.registry) {
      candidates.append(image.source.withoutTag.withDigest(wanted.digest))
    }
    return candidates + there.filter { !$0.1 }.map(\.0).prefix(1)
  }

  /// By source, as far as it is told for free and in time.
  func weights(
    of images: [(image: MirrorImage, looks: [LookTarget: Look])], until latest: ContinuousClock.Instant
  ) async -> [String: ImageWeight] {
    let counting = ImageSize.countingRegistries(registries)
    let wanted = images.map { image, looks in
      (image.source.description, Self.candidates(of: image, looks) { !counting.contains($0) })
    }.filter { !$0.1.isEmpty }
    let size = ImageSize(registries)
    let found = try? await concurrently(wanted, width: Self.width) { source, candidates -> (String, ImageWeight)? in
      for candidate in candidates where ContinuousClock.now < latest {
        if let weight = await size.weight(of: candidate) { return (source, weight) }
      }
      return nil
    }
    return Dictionary((found ?? []).compactMap(\.self), uniquingKeysWith: { first, _ in first })
  }
}
