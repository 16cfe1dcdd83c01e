import AWSClient
import FoundationEssentials
import Testing

@testable import AWSBackend

@Suite struct ECRTokensTests {
  @Test(
    "A token is made new after half of its life, whatever the machine's clock says meanwhile",
    arguments: [
      // Hours since it came, on the clock that nobody sets and by the time of day; hours left.
      (1.0, 1.0, 11.0), (7, 7, 5), (13, 13, -1), (13, 13 - 87_600, -1), (1, 1 - 87_600, 11), (1, 1 + 87_600, -87_589),
    ] as [(Double, Double, Double)])
  func fresh(passed: Double, told: Double, left: Double) {
    let date = Date(timeIntervalSince1970: 1_795_464_000)
    let came = ContinuousClock.now
    let token = ECRToken(username: "AWS", password: "x", expires: date.addingTimeInterval(12 * 3600))
    let kept = ECRTokens.Kept(token: token, came: came)
    let (now, day) = (came + .seconds(passed * 3600), date.addingTimeInterval(told * 3600))
    #expect(kept.left(at: now, date: day) == left * 3600)
    #expect(kept.isFresh(at: now, date: day) == (left > 6))
  }
}
