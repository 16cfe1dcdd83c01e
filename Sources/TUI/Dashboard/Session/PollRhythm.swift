/// When the next look is due, as far as that is known while one may be under way.
struct PollRhythm: Sendable {
  /// Whether looking costs requests.
  let isMetered: Bool
  var isPolling = false
  var isFailing = false
  var hasLiveJobs = false
  /// Somebody did something just before: what comes of it is shown soon.
  var busyUntil = ContinuousClock.now
  /// When a key was last pressed, or something changed.
  var stirred = ContinuousClock.now
  var looked = ContinuousClock.now
  /// The timer waits until then after a failure.
  var notBefore = ContinuousClock.now

  init(isMetered: Bool) {
    self.isMetered = isMetered
  }

  var pace: PollPace {
    PollPace(isMetered: isMetered, isBusy: .now < busyUntil, hasLiveJobs: hasLiveJobs, quiet: .now - stirred)
  }

  var isDue: Bool {
    // The timer comes a little early or late.
    !isPolling && .now >= notBefore && (isFailing || .now - looked > pace.interval - .seconds(1))
  }

  /// How long the timer sleeps: the time goes on for the screen, however seldom something is looked at.
  var pause: Duration { isFailing ? .seconds(1) : min(pace.interval, PollPace.rest) }
}
