/// So many things a second, and no more: each takes a token, and tokens come at an even rate.
///
/// All that there is to know of it is when it will be full again: the generic cell rate algorithm (ITU-T I.371).
public struct TokenBucket: Sendable, Equatable {
  private let rate: Double
  private let capacity: Double
  /// On the takers' clock. What is owed makes it later.
  public private(set) var full: Duration

  /// - Parameters:
  ///   - rate: a second.
  ///   - capacity: how many may follow at once after a rest.
  ///   - full: when it is full again, as another bucket of the same rate and capacity said.
  public init(rate: Double, capacity: Double = 1, full: Duration = .zero) {
    self.rate = rate
    self.capacity = capacity
    self.full = full
  }

  /// How long until a token is there, for one who takes none yet; zero where there is one.
  ///
  /// - Parameter now: on any clock that only goes forward.
  public func wait(at now: Duration) -> Duration { wait(for: 1, at: now) }

  /// Takes tokens, and says how long to wait before they may be used. Those that are not there yet are owed, and who comes
  /// next waits for them too.
  ///
  /// - Parameter now: on any clock that only goes forward.
  @discardableResult
  public mutating func take(_ count: Double = 1, at now: Duration) -> Duration {
    full = max(full, now) + time(for: count)
    return wait(for: 0, at: now)
  }

  private func wait(for count: Double, at now: Duration) -> Duration {
    max(max(full, now) - now - time(for: capacity - count), .zero)
  }

  /// In whole nanoseconds, which add up to what they stand for; some thirty years at most.
  private func time(for count: Double) -> Duration {
    .nanoseconds(Int64(min(count / rate * 1e9, 1e18).rounded()))
  }
}
