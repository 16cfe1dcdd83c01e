import Support

/// So many requests a second to AWS from one program, whatever its parts would like: those that somebody waits for are
/// sent at once and counted, those that keep something fresh take what is left.
final class RequestBudget: Sendable {
  private let bucket: Lock<Bucket>
  private let started = ContinuousClock.now

  /// - Parameters:
  ///   - rate: requests a second.
  ///   - burst: how many may follow at once after a rest.
  init(rate: Double, burst: Double) {
    bucket = Lock(Bucket(rate: rate, burst: burst))
  }

  /// Counts a request in.
  ///
  /// - Returns: how long it must wait.
  func admit() -> Duration {
    let isBackground = Errand.isBackground
    return bucket.withLock { [now = ContinuousClock.now - started] in $0.admit(isBackground: isBackground, at: now) }
  }

  struct Bucket: Sendable {
    private let rate: Double
    private let burst: Double
    private var tokens: Double
    private var filled = Duration.zero

    init(rate: Double, burst: Double) {
      (self.rate, self.burst, tokens) = (rate, burst, burst)
    }

    /// - Parameter now: on any clock that only goes forward.
    mutating func admit(isBackground: Bool, at now: Duration) -> Duration {
      tokens = min(tokens + (now - filled).seconds * rate, burst)
      filled = now
      // A large run of somebody's does not stop what keeps fresh for longer than it takes to fill once.
      tokens = max(tokens, -burst) - 1
      return isBackground && tokens < 0 ? .seconds(-tokens / rate) : .zero
    }
  }
}
