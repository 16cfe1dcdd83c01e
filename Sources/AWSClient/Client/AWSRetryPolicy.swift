import HTTP
public import Support

/// When a call is worth sending again: after throttling, failures that may pass, and credentials that ended meanwhile.
public struct AWSRetryPolicy: Sendable {
  /// How often a call is sent at most, the first time included.
  public var attempts: Int
  /// Waits between failures; throttled calls wait at least twice as long.
  public var backoff: Backoff

  public init(attempts: Int = 5, backoff: Backoff = Backoff(base: .milliseconds(100), limit: .seconds(10))) {
    self.attempts = max(attempts, 1)
    self.backoff = backoff
  }

  enum Decision: Sendable, Equatable {
    case giveUp
    /// Send again after a wait drawn below this.
    case wait(ceiling: Duration)
    /// Send again at once with other credentials.
    case renew
    /// Send again at once, with the service's time.
    case correctClock
  }

  /// - Parameters:
  ///   - attempt: 1 for the first.
  ///   - isRepeatable: whether doing it twice does no harm.
  ///   - hasRenewed: whether credentials, or the clock, were corrected for this call already.
  func decision(after error: AWSError, attempt: Int, isRepeatable: Bool, hasRenewed: Bool) -> Decision {
    if error.isAboutTime { return hasRenewed ? .giveUp : .correctClock }
    if error.isAboutExpiredCredentials { return hasRenewed ? .giveUp : .renew }
    guard attempt < attempts, error.mayPass else { return .giveUp }
    if error.isThrottling { return .wait(ceiling: backoff.ceiling(attempt: attempt + 1)) }
    if error.mayHaveHappened && !isRepeatable { return .giveUp }
    // A time-out took its time already: once more is enough to tell a hiccup from a service that hangs.
    if case .transport(let failure) = error.kind, failure.code == .timeout, attempt > 1 { return .giveUp }
    return .wait(ceiling: backoff.ceiling(attempt: attempt))
  }
}
