import Support

/// How often what is stored is looked at: the less happens, the less often, where each look is a request that somebody
/// pays for.
struct PollPace: Sendable, Equatable {
  /// Whether looking costs requests.
  var isMetered: Bool
  /// Somebody did something a moment ago, and wants to see what comes of it.
  var isBusy = false
  var hasLiveJobs = false
  /// How long ago a key was pressed or something changed.
  var quiet = Duration.zero

  /// From one look to the next.
  var interval: Duration {
    guard isMetered else { return isBusy || hasLiveJobs ? .seconds(1) : Self.rest }
    if isBusy { return .seconds(2) }
    let base = Duration.seconds(hasLiveJobs ? 3 : 5)
    guard quiet >= Self.patience else { return base }
    return Backoff(base: base, limit: Self.slowest).ceiling(attempt: 2 + Int((quiet - Self.patience) / Self.patience))
  }

  /// How long what has no number of changes is taken for current.
  var blind: Duration { isMetered && isBusy ? .seconds(2) : .seconds(5) }

  /// No longer than libdispatch keeps threads that have nothing to do, 5 s: to make new ones costs more.
  static let rest = Duration.milliseconds(4500)
  static let patience = Duration.seconds(120)
  static let slowest = Duration.seconds(20)
}
