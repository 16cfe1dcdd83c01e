import Foundation
import MirrorCore
import Support
import TestSupport
import Testing

/// What every job queue does.
struct QueueSeamTests {
  typealias Kind = Queues.Kind

  @Test("A second request for a source returns the job that lives", arguments: Kind.allCases)
  func oneLiveJob(kind: Kind) async throws {
    let queues = try await Queues.open(kind, waits: true)
    let before = Date.now
    let first = try await queues.queue.submitted([request("r.example/a:1", .run, run: "r1"), request("r.example/b:1")])
    #expect(first.map(\.isNew) == [true, true])
    let second = try await queues.other().submitted([request("r.example/a:1"), request("r.example/c:1")])
    #expect(second.map(\.isNew) == [false, true])
    #expect(second.first?.job.id == first.first?.job.id)
    #expect(second.first?.job.origin == .run && second.first?.job.run == "r1")
    for queue in [queues.queue, try queues.other()] {
      let jobs = try await queue.jobs(finished: 10)
      #expect(Set(jobs.map(\.source)) == ["r.example/a:1", "r.example/b:1", "r.example/c:1"])
      #expect(jobs.allSatisfy { $0.state.isLive && $0.attempts.isEmpty && $0.stopped == nil })
      let job = try #require(jobs.first { $0.source == "r.example/a:1" })
      #expect(job.name == request("r.example/a:1", .run).jobName)
      #expect(job.origin == .run && job.run == "r1")
      #expect(job.destinations == ["d.example/x:1", "e.example/x:1"])
      #expect(job.created > before - 1 && job.created < .now + 1)
      #expect(try await queue.job(job.id)?.source == job.source)
    }
  }

  @Test("A job holds all that was asked for, and an ended one too", arguments: Kind.allCases)
  func wholeRequest(kind: Kind) async throws {
    let queues = try await Queues.open(kind, waits: true)
    var wish = request("r.example/a:1", .run, run: "r1")
    wish.askedBy = "ann@web1"
    wish.image.options = ["platforms": .array([.string("linux/amd64")]), "referrers": .bool(true)]
    wish.others = [JobImage(mirror: "b", source: "r.example/b:1", destinations: ["d.example/b:1"], options: [:])]
    let job = try #require(try await queues.queue.submitted([wish]).first?.job)
    #expect(job.request == wish)
    for queue in [queues.queue, try queues.other()] {
      #expect(try await queue.jobs(finished: 0).map(\.request) == [wish])
      #expect(try await queue.job(job.id)?.request == wish)
    }
    guard Kind.running.contains(kind) else { return }
    #expect(try await queues.queue.cancel(job.id, reason: "enough"))
    #expect(try await queues.queue.ended(job.id).request == wish)
  }

  /// Several images as one request.
  private func pack(_ names: [String], _ origin: JobOrigin = .run) throws -> JobRequest {
    let images = names.map {
      JobImage(mirror: "\($0)-row", source: "r.example/\($0):1", destinations: ["d.example/\($0):1"])
    }
    return try #require(JobRequest(images[0], origin: origin, run: "r1").having(images))
  }

  /// A try at a job, as its process is given it.
  private func order(_ job: Job, attempt: Int = 1) -> JobOrder {
    JobOrder(
      id: job.id, attempt: attempt, request: job.request, list: job.name.components(separatedBy: "-pack-").last)
  }

  /// Those whose jobs may have several images.
  static let packing: [Kind] = [.memory, .batch]

  @Test("Each image of a job is reserved by it: what another job has already is left out", arguments: packing)
  func packs(kind: Kind) async throws {
    let queues = try await Queues.open(kind, waits: true)
    let alone = try #require(try await queues.queue.submitted([request("r.example/b:1", .run)]).first?.job)
    let answer = try #require(try await queues.other().submitted([try pack(["a", "b", "c"])]).first)
    #expect(answer.isNew && answer.job.images.map(\.source) == ["r.example/a:1", "r.example/c:1"])
    let second = try await queues.queue.submitted([
      request("r.example/c:1", .run), try pack(["a", "c"]), try pack(["b", "d"]), try pack(["d", "b"]),
    ])
    #expect(second.map(\.isNew) == [false, false, true, false])
    #expect(second.map(\.job.id).prefix(2) == [answer.job.id, answer.job.id])
    #expect(second[2].job.images.map(\.source) == ["r.example/d:1"])
    let live = try await queues.other().jobs(finished: 0)
    #expect(live.flatMap(\.images).map(\.source).sorted() == ["a", "b", "c", "d"].map { "r.example/\($0):1" })
    #expect(live.contains { $0.id == alone.id })
    #expect(try await queues.other().job(answer.job.id)?.images == answer.job.images)
  }

  @Test("Of two jobs that begin with the same image the second has its others", arguments: packing)
  func sameFirst(kind: Kind) async throws {
    let queues = try await Queues.open(kind, waits: true)
    let wishes = try [["a", "b"], ["a", "c"], ["a", "b"]].map { try pack($0) }
    let answers = try await queues.queue.submitted(wishes)
    #expect(answers.map(\.isNew) == [true, true, false])
    #expect(answers[0].job.images.map(\.source) == ["r.example/a:1", "r.example/b:1"])
    #expect(answers[1].job.images.map(\.source) == ["r.example/c:1"])
    #expect(answers[2].job.id == answers[0].job.id)
  }

  @Test("A job takes up each of its images, goes on with it after a crash, and gives it back", arguments: packing)
  func turns(kind: Kind) async throws {
    let queues = try await Queues.open(kind, waits: true)
    let job = try #require(try await queues.queue.submitted([try pack(["a", "b", "c", "d"])]).first?.job)
    let (a, b, c) = (job.images[0], job.images[1], job.images[2])
    let process = try queues.other()
    #expect(
      try await process.opened(
        JobOrder(
          id: job.id, attempt: 1, request: try pack(["a"]), list: order(job).list)
      ).images == job.images || kind == .memory)
    #expect(try await process.begin(a, of: order(job)) == .attempt(1))
    #expect(try await process.begin(b, of: order(job)) == .attempt(1))
    try await process.settle(a, of: order(job))
    #expect(try await process.begin(a, of: order(job, attempt: 2)) == .gone)
    #expect(try await process.begin(b, of: order(job, attempt: 2)) == .attempt(2))
    #expect(try await process.begin(c, of: order(job, attempt: 2)) == .attempt(1))

    // What it is through with is free, what it is at is not, and what it has not come to is a push's at once.
    let again = try await queues.queue.submitted(["a", "b", "d"].map { request("r.example/\($0):1", .push) })
    #expect(again.map(\.isNew) == [true, false, true] && again[1].job.id == job.id)
    #expect(try await process.begin(job.images[3], of: order(job, attempt: 2)) == .gone)
    // A job that is through with an image leaves the next one's reservation alone.
    try await process.settle(a, of: order(job))
    #expect(try await queues.other().submitted([request("r.example/a:1")]).map(\.job.id) == [again[0].job.id])
  }

  @Test("An image is taken out of a job before its turn only; a run waits for the job", arguments: packing)
  func withdrawal(kind: Kind) async throws {
    let queues = try await Queues.open(kind, waits: true)
    let job = try #require(try await queues.queue.submitted([try pack(["a", "b", "c"])]).first?.job)
    let process = try queues.other()
    _ = try await process.begin(job.images[0], of: order(job))
    #expect(try await !queues.queue.withdraw("r.example/a:1", from: job.id))
    #expect(try await queues.queue.withdraw("r.example/b:1", from: job.id))
    #expect(try await !queues.queue.withdraw("r.example/b:1", from: job.id))
    #expect(try await !queues.queue.withdraw("r.example/c:1", from: "another"))
    #expect(try await process.begin(job.images[1], of: order(job)) == .gone)
    #expect(try await queues.queue.submitted([request("r.example/c:1", .run)]).map(\.job.id) == [job.id])
  }

  @Test("Of two requests for a source in one call the second gets the job of the first", arguments: Kind.allCases)
  func twice(kind: Kind) async throws {
    let queues = try await Queues.open(kind, waits: true)
    let queue = queues.queue
    let answers = try await queue.submitted([
      request("r.example/a:1"), request("r.example/b:1"), request("r.example/a:1", .push),
    ])
    #expect(answers.map(\.isNew) == [true, true, false])
    #expect(answers[0].job.id == answers[2].job.id)
    #expect(try await queue.submitted([]).isEmpty)
  }

  @Test("Many at once make one job", arguments: Kind.allCases)
  func race(kind: Kind) async throws {
    let queues = try await Queues.open(kind, waits: true)
    let others = try (0..<8).map { _ in try queues.other() }
    let answers = try await concurrently(others, width: 8) { queue in
      try await queue.submitted([request("r.example/a:1"), request("r.example/b:1")])
    }
    #expect(answers.joined().count { $0.isNew } == 2)
    #expect(Set(answers.joined().map(\.job.id)).count == 2)
    #expect(try await queues.queue.jobs(finished: 10).count == 2)
  }

  @Test("A job that waits is cancelled, says why, and makes room for the next", arguments: Kind.running)
  func cancelWaiting(kind: Kind) async throws {
    let queues = try await Queues.open(kind, waits: true)
    let queue = queues.queue
    let job = try #require(try await queue.submitted([request("r.example/a:1")]).first?.job)
    #expect(try await queue.cancel(job.id, reason: "not now"))
    let ended = try await queue.ended(job.id)
    #expect(ended.state == .cancelled && ended.reason == "not now" && ended.stopped != nil)
    #expect(try await queue.cancel(job.id, reason: "again"))
    #expect(try await queue.job(job.id)?.reason == "not now", "what has ended stays as it is")
    #expect(try await queue.jobs(finished: 0).isEmpty)
    #expect(try await queue.submitted([request("r.example/a:1")]).first?.isNew == true)
  }

  @Test("A job that there is not is nil, and cannot be cancelled", arguments: Kind.allCases)
  func none(kind: Kind) async throws {
    let queues = try await Queues.open(kind, waits: true)
    let queue = queues.queue
    for id in ["nothing", "", "../../etc/passwd", "6c6b2ad0-5a7a-4a1c-9d4a-4f6e6d0a9a11"] {
      #expect(try await queue.job(id) == nil)
      #expect(try await !queue.cancel(id, reason: "x"))
    }
  }

  struct Outcome: Sendable, CustomTestStringConvertible {
    let script: String
    let state: JobState
    let exitCodes: [Int?]
    let notes: [String?]
    let reason: String?
    var testDescription: String { script }
  }

  static let outcomes = [
    Outcome(script: "exit 0", state: .succeeded, exitCodes: [0], notes: [nil], reason: nil),
    Outcome(
      script: "exit 1", state: .failed, exitCodes: [1, 1, 1], notes: [nil, nil, nil],
      reason: "it failed with exit code 1"),
    Outcome(
      script: "exit 2", state: .failed, exitCodes: [2], notes: [nil],
      reason: "the request is invalid (exit code 2); see its log"),
    Outcome(
      script: "exit 3", state: .failed, exitCodes: [3], notes: [nil],
      reason: "a registry refused it or asked to retry later (exit code 3); see its log"),
    Outcome(
      script: "test $AWS_BATCH_JOB_ATTEMPT = 3", state: .succeeded, exitCodes: [1, 1, 0], notes: [nil, nil, nil],
      reason: nil),
    Outcome(
      script: "kill -9 $$", state: .failed, exitCodes: [nil, nil, nil],
      notes: Array(repeating: "killed by signal 9", count: 3), reason: "it was killed by signal 9"),
  ]

  @Test("How a job's process ends decides what becomes of the job", arguments: Kind.running, outcomes)
  func outcome(kind: Kind, outcome: Outcome) async throws {
    let queues = try await Queues.open(kind, script: outcome.script)
    let job = try #require(try await queues.queue.submitted([request("r.example/a:1")]).first?.job)
    try await queues.work()
    for queue in [queues.queue, try queues.other()] {
      let ended = try #require(try await queue.jobs(finished: 1).first)
      #expect(ended.id == job.id && ended.state == outcome.state)
      #expect(ended.attempts.map(\.exitCode) == outcome.exitCodes)
      #expect(ended.attempts.map(\.reason) == outcome.notes)
      #expect(ended.attempts.map(\.number) == Array(1...outcome.exitCodes.count))
      #expect(ended.attempts.allSatisfy { ($0.stopped ?? .distantPast) >= $0.started })
      #expect(ended.reason == outcome.reason)
      #expect(ended.started == ended.attempts.first?.started && ended.stopped != nil)
      #expect(try await queue.job(job.id) == ended)
    }
    #expect(try await queues.queue.submitted([request("r.example/a:1")]).first?.isNew == true)
  }

  @Test("An attempt that takes too long is stopped, and not tried again", arguments: Kind.running)
  func timeout(kind: Kind) async throws {
    let queues = try await Queues.open(kind, script: "exec sleep 600", isBrief: true)
    let job = try #require(try await queues.queue.submitted([request("r.example/a:1")]).first?.job)
    try await queues.work()
    let ended = try #require(try await queues.queue.job(job.id))
    #expect(ended.state == .failed && ended.reason == "it took longer than its time-out")
    #expect(ended.attempts.map(\.reason) == ["timed out"] && ended.attempts.map(\.exitCode) == [nil])
  }

  @Test("A job's process is told what to do and for whom", arguments: Kind.running)
  func told(kind: Kind) async throws {
    let queues = try await Queues.open(
      kind,
      script: """
        echo "$1 $2 $3 $4"; echo "$ECRMIRROR_ORIGIN $ECRMIRROR_RUN $ECRMIRROR_MIRROR $AWS_BATCH_JOB_ATTEMPT"
        echo "$AWS_BATCH_JOB_ID"; echo "$ECRMIRROR_REQUEST"
        """)
    let job = try #require(try await queues.queue.submitted([request("r.example/a:1", .run, run: "r7")]).first?.job)
    try await queues.work()
    let page = try await queues.logs.lines(job: job.id, attempt: nil, after: nil, limit: 10)
    #expect(
      page.lines.map(\.text) == [
        "mirror -- r.example/a:1 d.example/x:1,e.example/x:1", "run r7 r.example/a:1-row 1", job.id,
        "{}",
      ])
    #expect(page.attempt == 1)
  }

  @Test("A job that runs is shown with its progress, and stopped with all that it started", arguments: Kind.running)
  func running(kind: Kind) async throws {
    let mark = "3\(Int.random(in: 1_000_000...9_999_999))"
    let queues = try await Queues.open(kind, script: "sleep \(mark) & exec sleep \(mark)")
    let queue = queues.queue
    let job = try #require(try await queue.submitted([request("r.example/a:1")]).first?.job)
    let other = try queues.other()
    async let work: Void = queues.work()
    try await waitFor("the first attempt") { try await queue.job(job.id)?.attempts.isEmpty == false }
    let progress = JobProgress(phase: .copying, destination: "d", bytes: .init(done: 5, total: 10))
    try await queue.report(progress, job: job.id)
    let shown = try #require(try await queue.jobs(finished: 0).first)
    #expect(shown.progress == progress)
    #expect(shown.attempts.count == 1 && shown.attempts.first?.stopped == nil)
    #expect(try await queue.cancellation(of: job.id) == nil)
    #expect(try await queue.cancel(job.id, reason: "enough"))
    // What the job itself asks when it is told to end.
    #expect(try await other.cancellation(of: job.id) == "enough")
    try await work
    let ended = try await queue.ended(job.id)
    #expect(ended.state == .cancelled && ended.reason == "enough")
    #expect(ended.attempts.map(\.reason) == ["enough"])
    #expect(!Self.runs("sleep\0\(mark)"))
  }

  /// Whether a process has these words.
  private static func runs(_ words: String) -> Bool {
    let processes = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
    return processes.contains { process in
      let line = FileManager.default.contents(atPath: "/proc/\(process)/cmdline") ?? Data()
      return String(decoding: line, as: UTF8.self).contains(words)
    }
  }

  @Test("Of what has ended the newest are shown, as many as are wanted", arguments: Kind.running)
  func finished(kind: Kind) async throws {
    let queues = try await Queues.open(kind)
    for number in 0..<6 {
      _ = try await queues.queue.submitted([request("r.example/\(number):1")])
      // The next is created later.
      try await Task.sleep(for: .milliseconds(3))
    }
    try await queues.work()
    #expect(try await queues.queue.jobs(finished: 0).isEmpty)
    for queue in [queues.queue, try queues.other()] {
      #expect(try await queue.jobs(finished: 4).map(\.source) == (2..<6).reversed().map { "r.example/\($0):1" })
      #expect(try await queue.jobs(finished: 100).count == 6)
    }
  }
}
