import MirrorCore
import Support

/// Why something does not work, in the words that the dashboard has for it, and what a person can do.
struct Failure: Sendable, Equatable {
  /// nil where it is the one thing that fails, not the store or a service as a whole.
  let cause: Outage.Cause?
  /// What failed, on what and why.
  let reason: String
  /// What to do; nil where the reason says it or nobody knows.
  let advice: String?

  init(_ error: any Error) {
    let known = error as? MirrorError
    cause = known?.outage?.cause
    reason = (known?.reason ?? String(describing: error)).cleaned
    advice = known?.outage?.advice.cleaned
  }

  /// A few words, for a line that has little room.
  var title: String { cause?.title ?? "error" }

  /// All of it.
  var sentence: String {
    [cause.map { "\($0.title): \(reason)" } ?? reason, advice].compactMap(\.self).joined(separator: "; ")
  }

  /// When to try again after it happened so many times in a row. Looking for credentials asks nobody in AWS, so that
  /// whoever signs in again is not kept waiting.
  func pause(after failures: Int) -> Duration {
    let (base, limit): (Int, Int) =
      switch cause {
      case .signedOut: (2, 2)
      case .signInFails, .gone, .locked: (1, 8)
      case .unreachable: (1, 15)
      case .throttled: (4, 60)
      case .denied, .faulty, .full, .unusable, nil: (1, 30)
      }
    return Backoff(base: .seconds(base), limit: .seconds(limit)).ceiling(attempt: failures)
  }
}

extension Outage.Cause {
  var title: String {
    switch self {
    case .signedOut: "signed out of AWS"
    case .signInFails: "AWS sign-in failed"
    case .denied: "not allowed"
    case .throttled: "throttled by AWS"
    case .unreachable: "no connection"
    case .faulty: "AWS error"
    case .gone: "not found"
    case .locked: "the store is locked"
    case .full: "the disk is full"
    case .unusable: "unusable"
    }
  }

  /// As a state in the problems view.
  var word: String {
    switch self {
    case .signedOut, .signInFails: "sign-in"
    case .denied: "denied"
    case .throttled: "throttled"
    case .unreachable: "no-connection"
    case .faulty: "faulty"
    case .gone: "gone"
    case .locked: "locked"
    case .full: "disk-full"
    case .unusable: "unusable"
    }
  }
}
