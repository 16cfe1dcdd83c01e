/// How far a mirror job is. Totals are what is known so far and may grow; nil means not known.
public struct JobProgress: Sendable, Equatable, Codable {
  public enum Phase: String, Sendable, Codable {
    case looking
    case copying
    case verifying
    case done
  }

  public var phase: Phase
  /// The destination being copied to, in full.
  public var destination: String?
  /// Destinations finished, of all the job has.
  public var destinations: Count
  /// Images of the index at the current destination.
  public var images: Count
  /// Layers and configurations at the current destination.
  public var blobs: Count
  /// Bytes of those blobs.
  public var bytes: Count
  /// How each image of a pack stands; nil for a job with one.
  public var pack: PackProgress?

  /// Registries that the job found to want less, or not to answer, by their names; for whoever starts the next ones.
  public var pressure: [String: Pressure]?

  public enum Pressure: String, Sendable, Codable {
    /// It said that it wants fewer requests.
    case throttled
    /// It failed or did not answer, which may pass.
    case failed
  }

  public init(
    phase: Phase, destination: String? = nil, destinations: Count = Count(), images: Count = Count(),
    blobs: Count = Count(), bytes: Count = Count(), pack: PackProgress? = nil,
    pressure: [String: Pressure]? = nil
  ) {
    self.phase = phase
    self.destination = destination
    self.destinations = destinations
    self.images = images
    self.blobs = blobs
    self.bytes = bytes
    self.pack = pack
    self.pressure = pressure
  }

  public struct Count: Sendable, Equatable, Codable {
    public var done: Int64
    public var total: Int64?

    public init(done: Int64 = 0, total: Int64? = nil) {
      self.done = done
      self.total = total
    }

    /// 0 to 1, where the total is known and not zero.
    public var fraction: Double? {
      guard let total, total > 0 else { return nil }
      return min(max(Double(done) / Double(total), 0), 1)
    }
  }

  /// The best single figure for a bar, 0 to 1: bytes of the current destination, within the destinations.
  public var fraction: Double? {
    if phase == .done { return 1 }
    let current = bytes.fraction ?? images.fraction
    guard let total = destinations.total, total > 1 else { return current }
    return min(max((Double(destinations.done) + (current ?? 0)) / Double(total), 0), 1)
  }
}
