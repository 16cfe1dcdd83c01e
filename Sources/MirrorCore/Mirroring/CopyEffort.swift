/// How long an image's copies are expected to take: an estimate, to tell what fits into one job.
public struct CopyEffort: Sendable, Equatable {
  /// Seconds for an image whatever its size: a process, sign-ins, and a look at both sides before and after.
  static let perImage = 1.5
  /// Seconds for each destination: manifests, and the round trips of small layers.
  static let perDestination = 2.0
  /// Bytes a second of one copy, while others are under way beside it: about what one layer after another gets from a
  /// registry in another region. A slower line makes packs take longer than was meant, and changes nothing else.
  static let rate = 20_000_000.0
  /// Bytes of an image of which nothing is known.
  static let unknown: Int64 = 200_000_000

  /// Of all its copies, one after the other.
  public let seconds: Double

  /// - Parameter bytes: of the image; nil where they are not known.
  public init(bytes: Int64?, destinations: Int) {
    let count = Double(max(destinations, 1))
    let size = Double(max(bytes ?? Self.unknown, 0))
    seconds = Self.perImage + count * (Self.perDestination + size / Self.rate)
  }

  public init(_ image: JobImage) {
    self.init(bytes: image.bytes, destinations: image.destinations.count)
  }
}
