import Support

/// Which jobs wait for their next try, by a clock that nobody sets.
struct RetryWaits: Sendable {
  private var ends: [JobID: ContinuousClock.Instant] = [:]

  mutating func add(_ job: JobID, until end: ContinuousClock.Instant) { ends[job] = end }

  func contains(_ job: JobID) -> Bool { ends[job] != nil }

  /// Jobs whose wait is over at that time.
  func over(at now: ContinuousClock.Instant) -> [JobID] { ends.filter { $0.value <= now }.map(\.key) }

  /// When the next wait is over; nil where none is left.
  var next: ContinuousClock.Instant? { ends.values.min() }

  mutating func remove(_ jobs: [JobID]) {
    for job in jobs { ends[job] = nil }
  }
}
