import Testing

@testable import AWSClient

struct AdaptiveRateTests {
  /// Sends as fast as it may for some seconds to a service that takes `capacity` requests a second.
  private func run(_ rate: inout AdaptiveRate, from: Duration, seconds: Int, capacity: Int) -> (sent: Int, refused: Int)
  {
    var now = from
    var second = -1
    var inSecond = 0
    var (sent, refused) = (0, 0)
    while now < from + .seconds(seconds) {
      now += rate.admit(at: now)
      if Int(now.components.seconds) != second { (second, inSecond) = (Int(now.components.seconds), 0) }
      sent += 1
      inSecond += 1
      if inSecond > capacity {
        refused += 1
        rate.throttled(at: now)
      } else {
        rate.succeeded(at: now)
      }
      now += .milliseconds(1)
    }
    return (sent, refused)
  }

  @Test("Nothing waits before anything was throttled")
  func free() {
    var rate = AdaptiveRate()
    for step in 0..<1000 { #expect(rate.admit(at: .milliseconds(step)) == .zero) }
  }

  @Test("The rate settles near what the service takes, and few requests are refused")
  func settles() {
    var rate = AdaptiveRate()
    _ = run(&rate, from: .zero, seconds: 5, capacity: 50)
    let (sent, refused) = run(&rate, from: .seconds(5), seconds: 20, capacity: 50)
    #expect(sent > 20 * 20)
    #expect(sent < 20 * 80)
    #expect(refused < sent / 4)
  }

  @Test("It never stops altogether, and recovers")
  func recovers() {
    var rate = AdaptiveRate()
    for step in 0..<100 { rate.throttled(at: .milliseconds(step)) }
    #expect((rate.limit ?? 0) >= 5)
    let (sent, refused) = run(&rate, from: .seconds(10), seconds: 60, capacity: 1_000_000)
    #expect(refused == 0)
    #expect(sent > 1000)
  }
}
