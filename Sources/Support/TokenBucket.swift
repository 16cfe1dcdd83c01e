/// So many things a second, and no more: each takes a token, and tokens come at an even rate.
public struct TokenBucket: Sendable, Equatable {
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

  /// How long until a token is there, for one who takes none yet; zero where there is one.
  ///
  /// - Parameter now: on any clock that only goes forward.
  public func wait(at now: Duration) -> Duration {
    let short = 1 - tokens(at: now)
    return short > 0 ? .seconds(short / rate) : .zero
  }

  /// Takes tokens, and says how long to wait before they may be used. Those that are not there yet are owed, and who comes
  /// next waits for them too.
  ///
  /// - Parameter now: on any clock that only goes forward.
  @discardableResult
  public mutating func take(_ count: Double = 1, at now: Duration) -> Duration {
    tokens = tokens(at: now) - count
    filled = now
    return tokens >= 0 ? .zero : .seconds(-tokens / rate)
  }

  private func tokens(at now: Duration) -> Double { min(tokens + (now - filled).seconds * rate, capacity) }
}
