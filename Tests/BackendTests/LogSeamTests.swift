import Foundation
import MirrorCore
import Support
import TestSupport
import Testing

/// What all job logs do.
struct LogSeamTests {
  typealias Kind = Queues.Kind

  @Test("A log is read from its end, and on from there; each attempt has its own", arguments: Kind.running)
  func attempts(kind: Kind) async throws {
    let queues = try await Queues.open(
      kind, script: "for i in 1 2 3 4 5; do echo attempt $AWS_BATCH_JOB_ATTEMPT line $i; done; exit 1")
    let job = try #require(try await queues.queue.submitted([request("r.example/a:1")]).first?.job)
    try await queues.work()
    func lines(_ attempt: Int?, after cursor: String? = nil, limit: Int) async throws -> LogPage {
      try await queues.logs.lines(job: job.id, attempt: attempt, after: cursor, limit: limit)
    }
    let last = try await lines(nil, limit: 2)
    #expect(last.lines.map(\.text) == ["attempt 3 line 4", "attempt 3 line 5"])
    #expect(last.attempt == 3)
    // On one machine a line has the time that its program gave it, and a script gives none.
    #expect(last.lines.allSatisfy { abs($0.time?.timeIntervalSinceNow ?? (kind == .local ? 0 : .infinity)) < 60 })
    let rest = try await lines(nil, after: last.cursor, limit: 2)
    #expect(rest.lines.isEmpty && rest.attempt == 3)
    #expect(try await lines(1, limit: 100).lines.map(\.text) == (1...5).map { "attempt 1 line \($0)" })
    // A reader who was at the end of another attempt begins this one at its start.
    let moved = try await lines(2, after: last.cursor, limit: 100)
    #expect(moved.lines.map(\.text) == (1...5).map { "attempt 2 line \($0)" })
    #expect(try await lines(2, after: moved.cursor, limit: 100).lines.isEmpty)
  }

  @Test("A log that grows is followed without gaps or repeats", arguments: Kind.running)
  func follow(kind: Kind) async throws {
    let queues = try await Queues.open(kind, script: "for i in $(seq 40); do echo line $i; sleep 0.005; done")
    let job = try #require(try await queues.queue.submitted([request("r.example/a:1")]).first?.job)
    let early = try await queues.logs.lines(job: job.id, attempt: nil, after: nil, limit: 100)
    #expect(early.attempt == 1)
    let (logs, work) = (queues.logs, queues.work)
    async let worked: Void = work()
    var (seen, cursor) = (early.lines.map(\.text), early.cursor)
    try await waitFor("40 lines of the log") {
      let page = try await logs.lines(job: job.id, attempt: nil, after: cursor, limit: 1000)
      seen += page.lines.map(\.text)
      cursor = page.cursor
      return seen.count >= 40
    }
    try await worked
    #expect(seen == (1...40).map { "line \($0)" })
  }

  @Test("A job that has not run yet has an empty log", arguments: Kind.allCases)
  func waiting(kind: Kind) async throws {
    let queues = try await Queues.open(kind, waits: true)
    let job = try #require(try await queues.queue.submitted([request("r.example/a:1")]).first?.job)
    let page = try await queues.logs.lines(job: job.id, attempt: nil, after: nil, limit: 10)
    #expect(page.lines.isEmpty && page.attempt == 1)
    let again = try await queues.logs.lines(job: job.id, attempt: nil, after: page.cursor, limit: 10)
    #expect(again.lines.isEmpty)
  }
}
