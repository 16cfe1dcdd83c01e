import Foundation
import MirrorCore
import Testing

struct RunRefusalTests {
  private static let now = Date(timeIntervalSince1970: 1_800_000_000)

  private static func job(_ name: String, _ state: JobState, _ minutes: Double, _ origin: JobOrigin = .run) -> Job {
    Job(
      id: name, name: name,
      request: JobRequest(origin: origin, mirror: "a/b:1", source: "a/b:1", destinations: ["c/b:1"]), state: state,
      created: now - minutes * 60)
  }

  @Test(
    "jobs of which none found room for an hour keep no run from starting; one that works, or a fresh one, does",
    arguments: [
      ([job("a", .runnable, 61), job("b", .starting, 100)], 0),
      ([job("a", .runnable, 61), job("b", .runnable, 59)], 2),
      ([job("a", .runnable, 61), job("b", .running, 100)], 2),
      ([job("a", .runnable, 61), job("b", .succeeded, 100)], 0),
      ([job("a", .running, 1, .adhoc), job("b", .runnable, 1, .push)], 0),
      ([job("a", .submitted, 0)], 1),
      ([], 0),
    ])
  func blocking(jobs: [Job], count: Int) {
    #expect(Job.blockingRuns(jobs, at: Self.now).count == count)
  }
}
