/// How keys came.
public struct Arrival: Sendable, Equatable {
  /// When they were read; nil for a line that was read because it was asked for.
  public var at: ContinuousClock.Instant?
  /// Whether they came in one burst with other keys, or with sequences that are none, as nobody's fingers send them.
  public var isBurst: Bool

  public init(at: ContinuousClock.Instant? = nil, isBurst: Bool = false) {
    self.at = at
    self.isBurst = isBurst
  }
}

/// Tells what a person types from what a program sends: two things in one read are a burst, and so are reads that
/// follow each other faster than a key repeats itself, which is every 33 ms at the quickest.
struct Bursts {
  static let pause = Duration.milliseconds(25)

  private var last: Duration?

  /// - Parameters:
  ///   - inputs: how many keys and sequences a read brought, those with it that have not ended.
  ///   - time: when it was read.
  mutating func isBurst(inputs: Int, at time: Duration) -> Bool {
    defer { last = time }
    return inputs > 1 || last.map { time - $0 < Self.pause } ?? false
  }
}
