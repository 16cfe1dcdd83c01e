import Testing

@testable import MirrorCore

@Suite struct MovedAmountsTests {
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
