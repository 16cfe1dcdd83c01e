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

  /// What an image weighs, or is taken to.
  struct Told: Sendable {
    let weight: ImageWeight
    /// Whether it is that of the image that is to be copied, rather than that of the one before it.
    let isOfWanted: Bool
  }

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
  ) async -> [String: Told] {
    let counting = ImageSize.countingRegistries(registries)
    let asked = images.map { image, looks in
      let digest: Digest? = if case .found(let there) = looks[image.sourceTarget] { there.digest } else { nil }
      let candidates = Self.candidates(of: image, looks) { !counting.contains($0) }
      return (image: image, wanted: digest, candidates: candidates)
    }.filter { !$0.candidates.isEmpty }
    let size = ImageSize(registries)
    let found = try? await concurrently(asked, width: Self.width) { image, wanted, candidates -> (String, Told)? in
      for candidate in candidates where ContinuousClock.now < latest {
        guard let weight = await size.weight(of: candidate, image.platforms) else { continue }
        return (image.source.description, Told(weight: weight, isOfWanted: candidate.digest == wanted))
      }
      return nil
    }
    return Dictionary((found ?? []).compactMap(\.self), uniquingKeysWith: { first, _ in first })
  }
}
