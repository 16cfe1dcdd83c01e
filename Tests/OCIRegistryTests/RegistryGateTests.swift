import FoundationEssentials
import HTTP
import Support
import Testing

@testable import OCIRegistry

@Suite struct RegistryGateTests {
  private let start = ContinuousClock.now
  private let date = Date(timeIntervalSince1970: 1_795_464_000)
  private let backoff = Backoff(base: .seconds(2), limit: .seconds(60))

  /// What an answer leaves behind: seconds of the block from the start, after answers at some seconds.
  private func block(after answers: [(second: Double, status: Int, retryAfter: String?)]) -> Double? {
    var state = RegistryGate.State("h")
    for answer in answers {
      var response = HTTPResponse(status: answer.status)
      response.headers["Retry-After"] = answer.retryAfter
      state.note(
        response, now: start + .seconds(answer.second), date: date, backoff: backoff, maximumWait: .seconds(30))
    }
    return state.blockedUntil.map { start.duration(to: $0).seconds }
  }

  @Test(
    "A 429 closes the registry for as long as it says, and for longer each time it says nothing; a 503 for a moment",
    arguments: [
      ([(0, 200, nil)], nil), ([(0, 503, "9")], 9), ([(0, 503, "31")], nil), ([(0, 503, nil)], nil),
      ([(0, 429, "9")], 9), ([(0, 429, "0")], 2), ([(0, 429, nil)], 2),
      // Refused together, they count as one.
      ([(0, 429, nil), (0, 429, nil), (1, 429, nil)], 3),
      ([(0, 429, nil), (3, 429, nil), (9, 429, nil)], 17), ([(0, 429, nil), (3, 200, nil), (4, 429, nil)], 6),
      // A later end is not brought forward.
      ([(0, 429, "60"), (1, 429, "5")], 60),
      ([(0, 429, nil), (10, 429, nil), (20, 429, nil), (40, 429, nil), (60, 429, nil), (100, 429, nil)], 160),
    ] as [([(Double, Int, String?)], Double?)])
  func blocks(answers: [(Double, Int, String?)], seconds: Double?) {
    #expect(block(after: answers.map { (second: $0.0, status: $0.1, retryAfter: $0.2) }) == seconds)
  }

  @Test func refusalsAreCountedAndTheLastFailureGoesWithTheNextGoodAnswer() {
    var state = RegistryGate.State("h")
    let errors = [429, 429, 500, 404, 502, 200].map { status in
      state.note(HTTPResponse(status: status), now: start, date: date, backoff: backoff, maximumWait: .seconds(30))
      return state.status.lastError != nil
    }
    #expect(errors == [true, true, true, false, true, false])
    #expect(state.status.throttled == 2)
  }

  @Test(
    "A clock that jumps by ten years and back leaves nobody blocked", arguments: ["9", "Mon, 23 Nov 2026 20:00:09 GMT"])
  func jumps(retryAfter: String) {
    var state = RegistryGate.State("h")
    var response = HTTPResponse(status: 429)
    response.headers["Retry-After"] = retryAfter
    response.headers["Date"] = "Mon, 23 Nov 2026 20:00:00 GMT"
    response.headers["ratelimit-limit"] = "100;w=60"
    let tenYears = 3650 * 86400.0
    for ahead in [tenYears, -tenYears] {
      state = RegistryGate.State("h")
      state.note(
        response, now: start, date: date.addingTimeInterval(ahead), backoff: backoff, maximumWait: .seconds(30))
      #expect(state.isBlocked(at: start + .seconds(8)))
      #expect(!state.isBlocked(at: start + .seconds(10)))
      // The time of day that people see is right again with the clock.
      let status = state.status(at: start + .seconds(8), date: date.addingTimeInterval(8))
      #expect(status.blockedUntil?.timeIntervalSince(date) == 9)
      #expect(status.resetsAt?.timeIntervalSince(date) == 60)
      #expect(state.status(at: start + .seconds(10), date: date).blockedUntil == nil)
    }
  }
}
