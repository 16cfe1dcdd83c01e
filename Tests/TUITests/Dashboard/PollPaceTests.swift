import Testing

@testable import TUI

/// How often the store is looked at.
@Suite struct PollPaceTests {
  @Test(
    "The less happens, the fewer looks, where looks cost something",
    arguments: [
      (PollPace(isMetered: false), 4.5), (PollPace(isMetered: false, hasLiveJobs: true), 1.0),
      (PollPace(isMetered: false, quiet: .seconds(9000)), 4.5), (PollPace(isMetered: true, isBusy: true), 2.0),
      (PollPace(isMetered: true, hasLiveJobs: true), 3.0), (PollPace(isMetered: true), 5.0),
      (PollPace(isMetered: true, quiet: .seconds(119)), 5.0), (PollPace(isMetered: true, quiet: .seconds(120)), 10.0),
      (PollPace(isMetered: true, quiet: .seconds(240)), 20.0),
      (PollPace(isMetered: true, quiet: .seconds(90_000)), 20.0),
      (PollPace(isMetered: true, hasLiveJobs: true, quiet: .seconds(90_000)), 20.0),
    ])
  func intervals(pace: PollPace, seconds: Double) {
    #expect(pace.interval == .seconds(seconds))
  }
}
