import FoundationEssentials
import Testing

@testable import Lambda

@Suite("The time that is left")
struct DeadlineTests {
  @Test(
    "work is stopped a tenth before the deadline, at most a second",
    arguments: [(60.0, 59.0), (900, 899), (3, 2.7), (10, 9), (0, 0), (-4, 0)])
  func stop(left: Double, stop: Double) {
    let now = Date(timeIntervalSince1970: 1_795_464_000)
    #expect(Deadline(end: now + left).stop(now: now) == .milliseconds(Int64(stop * 1000)))
  }
}
