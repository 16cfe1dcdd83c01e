import Support
import TestSupport
import Testing

struct ConcurrentlyTests {
  @Test("Results come in the order of their elements, whichever ends first")
  func order() async throws {
    let ended = Lock(0)
    let results = try await concurrently(0..<9, width: 3) { number in
      // Of each three the first ends last.
      let before = number / 3 * 3 + (2 - number % 3)
      try await waitFor("those before \(number)") { ended.withLock { $0 >= before } }
      ended.withLock { $0 += 1 }
      return number * 10
    }
    #expect(results == (0..<9).map { $0 * 10 })
    #expect(try await concurrently([Int](), width: 0) { $0 }.isEmpty)
  }

  @Test("No more go at once than are to, and the first error ends all")
  func bounds() async throws {
    let (live, most, begun) = (Lock(0), Lock(0), Lock(0))
    await #expect(throws: CancellationError.self) {
      try await concurrently(0..<100, width: 4) { number in
        begun.withLock { $0 += 1 }
        let now = live.withLock { live in
          live += 1
          return live
        }
        most.withLock { $0 = max($0, now) }
        defer { live.withLock { $0 -= 1 } }
        if number == 10 { throw CancellationError() }
      }
    }
    #expect(most.withLock(\.self) <= 4 && begun.withLock(\.self) < 100)
  }
}
