import Testing

@testable import OCIRegistry

@Suite struct RequestWindowTests {
  /// A registry, made: what it answers when so many requests are under way at once.
  private struct Made {
    var window: RequestWindow
    var now = ContinuousClock.now

    init(most: Int = 128) { window = RequestWindow(most: most) }

    /// A round of as many requests as may be under way: all sent at once, all answered after as long as that takes.
    mutating func round(isFull: Bool = true, _ took: (Int) -> Duration) {
      let (sent, size) = (now, window.size)
      now += took(size)
      for _ in 0..<size { window.note(.proper(took(size)), sent: sent, now: now, isFull: isFull) }
    }

    mutating func pushback(sent: ContinuousClock.Instant) {
      window.note(.pushback, sent: sent, now: now, isFull: true)
    }
  }

  @Test func itDoublesWithEachRoundWhileAnswersStayQuickAndEndsAtItsBound() {
    var made = Made()
    var sizes = [made.window.size]
    for _ in 0..<5 {
      made.round { _ in .milliseconds(30) }
      sizes.append(made.window.size)
    }
    #expect(sizes == [16, 32, 64, 128, 128, 128])
  }

  @Test(arguments: [1, 3, 16, 40])
  func itIsNeverLargerThanItsBound(most: Int) {
    var made = Made(most: most)
    for _ in 0..<8 {
      made.round { _ in .milliseconds(1) }
      #expect(made.window.size <= most)
    }
    #expect(made.window.size == most)
  }

  @Test func requestsThatDoNotFillItSayNothingOfMore() {
    var made = Made()
    for _ in 0..<20 { made.round(isFull: false) { _ in .milliseconds(5) } }
    #expect(made.window.size == 16)
  }

  @Test func pushbackHalvesItOnceForAllThatWasUnderWayAndGrowthIsByOneThen() {
    var made = Made()
    for _ in 0..<3 { made.round { _ in .milliseconds(30) } }
    let sent = made.now
    made.now += .milliseconds(30)
    for _ in 0..<128 { made.pushback(sent: sent) }
    #expect(made.window.size == 64)
    made.round { _ in .milliseconds(30) }
    made.round { _ in .milliseconds(30) }
    #expect(made.window.size == 66)
    made.now += .milliseconds(1)
    made.pushback(sent: made.now)
    #expect(made.window.size == 33)
  }

  @Test func aRegistryThatKeepsPushingBackIsStillAskedOneAtATime() {
    var made = Made()
    for _ in 0..<20 {
      made.now += .milliseconds(10)
      made.pushback(sent: made.now)
    }
    #expect(made.window.size == 1)
    made.round { _ in .milliseconds(30) }
    #expect(made.window.size == 2)
  }

  /// A registry that works on forty at once, each in 30 ms, and has the rest stand in line.
  @Test func risingLatencyHalvesItBeforeTheLineGrowsLong() {
    var made = Made()
    var largest = 0
    for _ in 0..<200 {
      made.round { .milliseconds($0 <= 40 ? 30 : 30 * $0 / 20) }
      largest = max(largest, made.window.size)
    }
    #expect(largest < 128)
    #expect((16...64).contains(made.window.size))
  }

  @Test func oneSlowAnswerAmongQuickOnesChangesNothing() {
    var made = Made()
    made.round { _ in .milliseconds(30) }
    let sent = made.now
    for number in 0..<32 {
      made.now += .milliseconds(1)
      made.window.note(
        .proper(number % 3 == 0 ? .seconds(2) : .milliseconds(30)), sent: sent, now: made.now, isFull: true)
    }
    #expect(made.window.size > 32)
  }

  @Test func refusalsThatComeAtOnceDoNotMakeOtherAnswersSlow() {
    var made = Made()
    for _ in 0..<6 {
      let sent = made.now
      made.now += .milliseconds(100)
      for number in 0..<made.window.size {
        let isRefused = number % 4 == 0
        made.window.note(
          .proper(.milliseconds(isRefused ? 2 : 100), .init(isSuccess: !isRefused)), sent: sent, now: made.now,
          isFull: true)
      }
    }
    #expect(made.window.size == 128)
  }

  @Test(arguments: [0, 1, 10])
  func aWayThatBecameLongerForGoodIsNotTakenForALine(milliseconds: Int) {
    var made = Made()
    for _ in 0..<3 { made.round { _ in .milliseconds(milliseconds) } }
    for _ in 0..<60 { made.round { _ in .milliseconds(120) } }
    let settled = made.window.size
    for _ in 0..<10 { made.round { _ in .milliseconds(120) } }
    #expect(made.window.size == settled + 10)
  }
}
