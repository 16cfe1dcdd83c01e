import Support

/// Keeps the manifests that copies write within what a registry takes a second, a few seconds taken together: how many a
/// copy wrote is known when it has ended, and those that come after it wait for that.
struct ManifestPace: Sendable, Equatable {
  private let rate: Double
  private let burst: Double
  private var left: Double
  private var at: Duration

  /// - Parameters:
  ///   - rate: manifests a second.
  ///   - burst: how many may follow at once after a rest.
  init(rate: Double, burst: Double, now: Duration) {
    (self.rate, self.burst, left, at) = (rate, burst, burst, now)
  }

  /// How long until a copy may begin; nil where it may.
  func wait(at now: Duration) -> Duration? {
    let left = filled(at: now)
    return left >= 1 ? nil : .seconds((1 - left) / rate)
  }

  /// A copy begins, and writes one at least.
  mutating func begin(at now: Duration) { take(1, at: now) }

  /// A copy has ended.
  ///
  /// - Parameter manifests: all that it wrote.
  mutating func end(manifests: Int, at now: Duration) { take(Double(max(manifests - 1, 0)), at: now) }

  private mutating func take(_ count: Double, at now: Duration) {
    left = filled(at: now) - count
    at = now
  }

  private func filled(at now: Duration) -> Double { min(left + (now - at).seconds * rate, burst) }
}
