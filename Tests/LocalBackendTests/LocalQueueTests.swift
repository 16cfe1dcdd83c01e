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
