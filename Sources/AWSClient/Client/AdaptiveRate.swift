import Support

/// How many requests a second a service can take, learnt from its throttling: a token bucket whose rate falls by 30 %
/// at each throttled answer and grows back along a cubic curve. Without throttling there is no limit.
///
/// The figures are those of the adaptive retry mode that AWS publishes for its SDKs, but for `slowest`.
struct AdaptiveRate: Sendable {
  /// What is left of the rate after a throttled answer.
  private static let decrease = 0.7
  private static let growth = 0.4
  /// Requests a second that are always allowed: no service here takes fewer than 10.
  private static let slowest = 5.0

  /// nil as long as nothing was throttled.
  private(set) var limit: Double?
  private var tokens = 0.0
  private var filled: Duration = .zero
  private var highest = 0.0
  private var throttledAt: Duration = .zero
  private var measured = MeasuredRate()

  /// Counts one request in, and says how long it must wait.
  ///
  /// - Parameter now: on any clock that only goes forward.
  mutating func admit(at now: Duration) -> Duration {
    measured.count(at: now)
    guard let limit else { return .zero }
    tokens = min(tokens + (now - filled).seconds * limit, max(limit, 1))
    filled = now
    tokens -= 1
    return tokens >= 0 ? .zero : .seconds(-tokens / limit)
  }

  mutating func succeeded(at now: Duration) {
    guard let limit else { return }
    let delay = (now - throttledAt).seconds
    let plateau = cubeRoot(highest * (1 - Self.decrease) / Self.growth)
    let offset = delay - plateau
    let target = Self.growth * offset * offset * offset + highest
    // No faster than twice of what is in fact sent.
    set(min(max(target, limit), 2 * max(measured.rate(at: now), Self.slowest)), now)
  }

  mutating func throttled(at now: Duration) {
    let current = limit.map { min($0, measured.rate(at: now)) } ?? measured.rate(at: now)
    highest = max(current, Self.slowest)
    throttledAt = now
    set(highest * Self.decrease, now)
  }

  private mutating func set(_ rate: Double, _ now: Duration) {
    if limit == nil { filled = now }
    limit = max(rate, Self.slowest)
    tokens = min(tokens, max(rate, 1))
  }
}

/// Requests a second over the last seconds, smoothed.
struct MeasuredRate: Sendable {
  private static let bucket = 0.5
  private static let smoothing = 0.8

  private var smoothed = 0.0
  private var bucket = 0.0
  private var count = 0.0

  mutating func count(at now: Duration) {
    roll(now)
    count += 1
  }

  /// - Returns: at least what came in the present half second.
  mutating func rate(at now: Duration) -> Double {
    roll(now)
    return max(smoothed, count / Self.bucket)
  }

  private mutating func roll(_ now: Duration) {
    let current = (now.seconds / Self.bucket).rounded(.down)
    guard current > bucket else { return }
    let rate = count / ((current - bucket) * Self.bucket)
    smoothed = rate * Self.smoothing + smoothed * (1 - Self.smoothing)
    bucket = current
    count = 0
  }
}

/// By Newton's method: FoundationEssentials has no `cbrt`.
private func cubeRoot(_ value: Double) -> Double {
  guard value > 0 else { return 0 }
  var root = max(value, 1)
  for _ in 0..<60 { root -= (root * root * root - value) / (3 * root * root) }
  return root
}
