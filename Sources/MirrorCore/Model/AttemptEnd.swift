public import Support

/// How one attempt at a job ended.
public enum AttemptEnd: Sendable, Equatable {
  case exited(Int)
  case signaled(Int)
  /// Somebody wanted it stopped, and said why.
  case cancelled(String)
  case timedOut
  /// The worker was asked to end, and took the job with it.
  case interrupted
  /// Found dead after a crash or a power cut.
  case lost
  case notStarted(String)

  /// A process that ended with success without having worked on the job.
  public static func notBegun(_ executable: String) -> AttemptEnd {
    .notStarted("its process ended without working on it; check that \(executable) is ecrmirror-batch of this version")
  }
}

/// What becomes of the job then.
public enum JobNext: Sendable, Equatable {
  case succeeded
  case failed(String)
  /// Somebody wanted it stopped, and said why.
  case cancelled(String)
  case retry(after: Duration, String)
}

/// When a job is tried again.
public struct RetryRules: Sendable, Equatable {
  /// Tries that may fail, 1 to 10.
  public var attempts: Int
  public var backoff: Backoff

  /// Tries in all, those included that were no fault of the job's.
  static let most = 10

  public init(attempts: Int = 3, backoff: Backoff = Backoff(base: .seconds(10), limit: .seconds(300))) {
    self.attempts = attempts
    self.backoff = backoff
  }

  /// - Parameters:
  ///   - failed: tries that failed by themselves, this one included.
  ///   - made: tries in all.
  public func next(after end: AttemptEnd, failed: Int, made: Int) -> JobNext {
    switch end {
    case .exited(0): .succeeded
    case .exited(let code) where code == Verdict.badInput.rawValue || code == Verdict.refused.rawValue:
      .failed(Verdict.sentence(exitCode: code))
    case .exited(let code): again(Verdict.sentence(exitCode: code), failed, made)
    case .signaled(let signal): again("it was killed by signal \(signal)", failed, made)
    // As on AWS Batch: an attempt that took too long is not tried again.
    case .timedOut: .failed("it took longer than its time-out")
    case .cancelled(let reason): .cancelled(reason)
    case .interrupted:
      made < Self.most ? .retry(after: .zero, "the worker ended while it ran") : .failed("interrupted too often")
    case .lost:
      made < Self.most
        ? .retry(after: .zero, "its process was found dead; it is retried")
        : .failed("its process was found dead too often")
    case .notStarted(let reason): again(reason, failed, made)
    }
  }

  private func again(_ reason: String, _ failed: Int, _ made: Int) -> JobNext {
    guard failed < attempts, made < Self.most else { return .failed(reason) }
    return .retry(after: backoff.wait(attempt: failed), reason)
  }
}

extension AttemptEnd {
  /// The process's own word; nil where it had none.
  public var exitCode: Int? {
    if case .exited(let code) = self { return code }
    return nil
  }

  /// For the attempt's record; nil where the exit code says it.
  public var reason: String? {
    switch self {
    case .exited: nil
    case .signaled(let signal): "killed by signal \(signal)"
    case .cancelled(let reason): reason
    case .timedOut: "timed out"
    case .interrupted: "interrupted: the worker ended"
    case .lost: "process found dead"
    case .notStarted(let reason): reason
    }
  }
}
