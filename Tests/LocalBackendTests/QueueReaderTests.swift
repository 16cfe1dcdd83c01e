import GRDB
import Logging
import MirrorCore
import Support
import Testing

@testable import LocalBackend

/// When a worker looks at its queue again by itself: not while nothing can have changed.
struct QueueReaderTests {
  private let files: TemporaryStore
  private static let ecr = "123456789012.dkr.ecr.eu-central-1.amazonaws.com"

  init() throws {
    files = try TemporaryStore()
  }

  private func submit(_ source: String, to destination: String = "d.example/x:1") async throws {
    let request = JobRequest(origin: .adhoc, mirror: source, source: source, destinations: [destination])
    _ = try await files.idle.queue.submitted([request])
  }

  private func reader(_ limits: CopyLimits = CopyLimits(), ceiling: Int) -> (QueueReader, RunningJobs) {
    let running = RunningJobs(CopyRooms(limits, ceiling: ceiling))
    return (QueueReader(files.store, running, longestPause: .seconds(60)), running)
  }

  private func process(_ claim: Claim, _ queue: QueueReader) -> JobProcess {
    let worker = LocalWorker(
      store: files.store, options: LocalWorker.Options(), executable: "/bin/true",
      logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    return JobProcess(worker: worker, claim: claim, queue: queue)
  }

  @Test("Jobs that wait for a place are looked at when one ends, and not before")
  func busy() async throws {
    for number in 0..<3 { try await submit("slow.example/\(number):1") }
    let (queue, running) = reader(CopyLimits(["slow.example": .init(copies: 1)]), ceiling: 8)
    let first = process(try #require(try await queue.next().claim), queue)
    running.begin(first)
    let none = try await queue.next()
    #expect(none.claim == nil && none.lookAgain == nil)
    running.end(first, JobEnd(end: .exited(0)))
    #expect(try await queue.next().claim != nil)
  }

  @Test("While no place is free at all, what a registry's pace was to be does not matter")
  func full() async throws {
    try await submit("r.example/a:1", to: "\(Self.ecr)/a:1")
    let (queue, running) = reader(ceiling: 1)
    let many = process(try #require(try await queue.next().claim), queue)
    running.begin(many)
    running.end(
      many, JobEnd(end: .exited(0), progress: JobProgress(phase: .done, images: .init(done: 100_000))))
    try await submit("r.example/b:1", to: "\(Self.ecr)/b:1")
    #expect(try await queue.next().lookAgain != nil, "it waits for its registry")
    try await submit("r.example/c:1")
    // It may have been looked at just now, and then is again in a moment.
    var claim: Claim?
    while claim == nil { claim = try await queue.next().claim }
    running.begin(process(try #require(claim), queue))
    #expect(try await queue.next().lookAgain == nil)
  }

  @Test("What came while a look was too soon is looked at in a moment")
  func owed() async throws {
    try await submit("slow.example/0:1")
    try await submit("slow.example/1:1")
    let (queue, running) = reader(CopyLimits(["slow.example": .init(copies: 1)]), ceiling: 8)
    running.begin(process(try #require(try await queue.next().claim), queue))
    _ = try await queue.next()
    try await submit("quick.example/a:1")
    var next = try await queue.next()
    // Either it was looked, or it is said when to.
    while next.claim == nil {
      #expect(next.lookAgain != nil)
      if next.lookAgain == nil { return }
      next = try await queue.next()
    }
  }
}
