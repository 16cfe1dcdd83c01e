import Support
import Testing

@testable import AWSClient

/// One rate for all that keeps a screen fresh.
@Suite struct RequestBudgetTests {
  private func seconds(_ bucket: inout RequestBudget.Bucket, _ isBackground: Bool, at now: Double) -> Double {
    bucket.admit(isBackground: isBackground, at: .seconds(now)).seconds
  }

  @Test("What keeps fresh waits for its turn; what somebody asked for does not, and is made up for") func turns() {
    var bucket = RequestBudget.Bucket(rate: 5, burst: 2)
    #expect((0..<4).map { _ in seconds(&bucket, true, at: 0) } == [0, 0, 0.2, 0.4])
    #expect((0..<2).map { _ in seconds(&bucket, false, at: 0) } == [0, 0])
    #expect(seconds(&bucket, true, at: 0) > 0.4)
  }

  @Test("However much somebody asked for, the screen is fresh again soon") func debt() {
    var bucket = RequestBudget.Bucket(rate: 5, burst: 20)
    for _ in 0..<10_000 { #expect(seconds(&bucket, false, at: 0) == 0) }
    #expect(seconds(&bucket, true, at: 0) <= 21.0 / 5)
  }

  @Test("Over a minute no more is admitted than the rate and one burst") func rate() {
    var bucket = RequestBudget.Bucket(rate: 5, burst: 20)
    var (now, admitted) = (0.0, 0)
    while now <= 60 {
      now += seconds(&bucket, true, at: now)
      admitted += 1
    }
    #expect(admitted <= 5 * 60 + 20 + 1)
  }

  @Test("A task is what somebody asked for unless it says otherwise") func errands() async {
    #expect(!Errand.isBackground)
    await Errand.$isBackground.withValue(true) {
      #expect(Errand.isBackground)
      await Task { #expect(Errand.isBackground) }.value
    }
  }
}
