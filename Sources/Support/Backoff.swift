/// How long to wait before trying again: exponential with full jitter, so that many clients which failed together do
/// not come back together.
public struct Backoff: Sendable, Equatable {
  /// The ceiling of the first wait.
  public var base: Duration
  /// No wait is longer.
  public var limit: Duration

  public init(base: Duration, limit: Duration) {
    self.base = base
    self.limit = limit
  }

  /// The longest wait after `attempt` failures (1 after the first): `base`, then doubled each time up to `limit`.
  public func ceiling(attempt: Int) -> Duration {
    let doublings = min(max(attempt - 1, 0), 30)
    return min(base * (1 << doublings), limit)
  }

  /// A wait between nothing and `ceiling(attempt:)`.
  public func wait(attempt: Int) -> Duration {
    ceiling(attempt: attempt) * Double.random(in: 0...1)
  }
}
