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
}
