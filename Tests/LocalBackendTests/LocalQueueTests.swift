import FoundationEssentials
import MirrorCore
import Support
import Testing

@testable import LocalBackend

struct LocalQueueTests {
  let files: TemporaryStore
  let queue: any JobQueue

  init() throws {
    files = try TemporaryStore()
    queue = files.idle.queue
  }

  @Test("A second request for a source returns the job that lives")
  func oneLiveJob() async throws {
    let first = try await queue.submitted([request("r.example/a:1", .run), request("r.example/b:1")])
    #expect(first.map(\.isNew) == [true, true])
    let second = try await queue.submitted([request("r.example/a:1"), request("r.example/c:1")])
    #expect(second.map(\.isNew) == [false, true])
    #expect(second.first?.job.id == first.first?.job.id)
    #expect(try await queue.jobs(finished: 0).count == 3)
  }

  @Test("Many at once make one job")
  func race() async throws {
    let new = try await withThrowingTaskGroup(of: Bool.self) { group in
      for _ in 0..<30 {
        group.addTask { try await queue.submitted([request("r.example/a:1")]).first?.isNew ?? false }
      }
      return try await group.reduce(0) { $0 + ($1 ? 1 : 0) }
    }
    #expect(new == 1)
  }

  @Test("A job that waits is cancelled at once, and makes room for the next")
  func cancelWaiting() async throws {
    let job = try #require(try await queue.submitted([request("r.example/a:1")]).first?.job)
    #expect(try await queue.cancel(job.id, reason: "not now"))
    let ended = try #require(try await queue.job(job.id))
    #expect(ended.state == .failed)
    #expect(ended.reason == "not now")
    #expect(try await queue.submitted([request("r.example/a:1")]).first?.isNew == true)
    #expect(try await !queue.cancel("nothing", reason: ""))
  }

  @Test("A worker that cannot be started is an error, and the job stays queued")
  func noWorker() async throws {
    let queue = LocalQueue(files.store, launcher: WorkerLauncher(executable: "/nonexistent/batch"))
    let error = await #expect(throws: MirrorError.self) { try await queue.submit([request("r.example/a:1")]) }
    #expect(error?.description.contains("/nonexistent/batch") == true)
    #expect(try await queue.jobs(finished: 0).map(\.state) == [.submitted])
  }

  @Test("Progress comes back as it was reported")
  func progress() async throws {
    let job = try #require(try await queue.submitted([request("r.example/a:1")]).first?.job)
    let progress = JobProgress(phase: .copying, destination: "d", bytes: .init(done: 5, total: 10))
    try await queue.report(progress, job: job.id)
    #expect(try await queue.job(job.id)?.progress == progress)
  }
}
