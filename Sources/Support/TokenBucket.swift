/// So many things a second, and no more: each takes a token, and tokens come at an even rate.
public struct TokenBucket: Sendable {
  private let rate: Double
  private let capacity: Double
  private var tokens: Double
  private var filled: Duration

  /// - Parameters:
  ///   - rate: a second.
  ///   - capacity: how many may follow at once after a rest.
  public init(rate: Double, capacity: Double = 1) {
    self.rate = rate
    self.capacity = capacity
    tokens = capacity
    filled = .zero
  }

  /// Takes a token, and says how long to wait before it may be used.
  ///
  /// - Parameter now: on any clock that only goes forward.
  public mutating func take(at now: Duration) -> Duration {
    tokens = min(tokens + (now - filled).seconds * rate, capacity)
    filled = now
    tokens -= 1
    return tokens >= 0 ? .zero : .seconds(-tokens / rate)
  }
}
