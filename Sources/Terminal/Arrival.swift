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
/// follow each other faster than a key repeats itself, which is every 33 ms at the quickest. A burst of several at once
/// lasts until nothing came for a tenth of a second.
struct Bursts {
  static let pause = Duration.milliseconds(25)

  static let pauseAfterSeveral = Duration.milliseconds(100)

  private var last: (at: Duration, pause: Duration)?

  /// - Parameters:
  ///   - inputs: how many keys and sequences a read brought, those with it that have not ended.
  ///   - time: when it was read.
  mutating func isBurst(inputs: Int, at time: Duration) -> Bool {
    let goesOn = last.map { time - $0.at < $0.pause } ?? false
    let isLong = inputs > 1 || goesOn && last?.pause == Self.pauseAfterSeveral
    last = (time, isLong ? Self.pauseAfterSeveral : Self.pause)
    return inputs > 1 || goesOn
  }
}
