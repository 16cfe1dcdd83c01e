import Support
import Testing

struct TokenBucketTests {
  @Test("Takers come through at the rate, however many ask at once")
  func rate() {
    var bucket = TokenBucket(rate: 40)
    let waits = (0..<81).map { _ in bucket.take(at: .seconds(1)) }
    #expect(waits.first == .zero)
    #expect(waits[40] == .seconds(1) && waits[80] == .seconds(2))
  }

  @Test("A rest is not saved up beyond the capacity")
  func capacity() {
    var bucket = TokenBucket(rate: 10, capacity: 3)
    let waits = (0..<5).map { _ in bucket.take(at: .seconds(1000)) }
    #expect(waits.prefix(3).allSatisfy { $0 == .zero })
    #expect(waits[3] > .zero && waits[4] > waits[3])
    #expect(bucket.take(at: .seconds(1001)) == .zero)
  }

  @Test("What is taken beyond what is there is owed, and asking takes nothing")
  func owed() {
    var bucket = TokenBucket(rate: 10, capacity: 20)
    #expect(bucket.wait(at: .seconds(1)) == .zero)
    bucket.take(39, at: .seconds(1))
    #expect(bucket.wait(at: .seconds(1)) == .seconds(2) && bucket.wait(at: .seconds(1)) == .seconds(2))
    #expect(bucket.wait(at: .seconds(2)) == .seconds(1) && bucket.wait(at: .seconds(3)) == .zero)
    #expect(bucket.take(5, at: .seconds(3)) == .milliseconds(400))
  }
}
