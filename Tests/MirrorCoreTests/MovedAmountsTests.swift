import Testing

@testable import MirrorCore

@Suite struct MovedAmountsTests {
  @Test("Copies side by side are told of as one, whose figures never go down")
  func joined() {
    func copying(_ destination: String, _ done: Int64) -> JobProgress {
      JobProgress(
        phase: .copying, destination: destination, destinations: .init(done: 1, total: 3),
        bytes: .init(done: done, total: 10))
    }
    var moved = MovedAmounts()
    moved.begin()
    moved.end()
    moved.join(["b", "c"])
    #expect(moved.adding(to: copying("b", 5)).bytes == .init(done: 5, total: 10))
    let both = moved.adding(to: copying("c", 2))
    #expect(both.bytes == .init(done: 7, total: 20) && both.destination == "b" && both.destinations.done == 1)
    _ = moved.adding(to: copying("b", 10))
    moved.end()
    let rest = moved.adding(to: copying("c", 3))
    #expect(rest.bytes == .init(done: 13, total: 20) && rest.destination == "b" && rest.destinations.done == 2)
  }

  private static func copying(_ destination: String, _ bytes: Int64) -> JobProgress {
    JobProgress(
      phase: .copying, destination: destination, images: .init(done: 1, total: 1), blobs: .init(done: 2, total: 2),
      bytes: .init(done: bytes, total: bytes))
  }

  @Test("The last reports of a job tell what its copies moved: to one destination, then to all") func ends() {
    var moved = MovedAmounts()
    #expect(moved.adding(to: JobProgress(phase: .looking)).bytes.total == nil)
    for bytes: Int64 in [10, 50] {
      #expect(moved.adding(to: Self.copying("a", bytes)) == Self.copying("a", bytes))
    }
    #expect(
      moved.adding(to: JobProgress(phase: .verifying, destination: "a")).bytes
        == JobProgress.Count(done: 50, total: 50))
    _ = moved.adding(to: Self.copying("b", 7))
    let end = moved.adding(to: JobProgress(phase: .done, destinations: .init(done: 2, total: 2)))
    #expect(end.bytes == JobProgress.Count(done: 57, total: 57))
    #expect(end.blobs == JobProgress.Count(done: 4, total: 4) && end.destinations.done == 2)
  }

  @Test("A job that had nothing to copy moved nothing, and says so") func nothing() {
    var moved = MovedAmounts()
    #expect(moved.adding(to: JobProgress(phase: .done)).bytes == JobProgress.Count(done: 0, total: 0))
  }
}
