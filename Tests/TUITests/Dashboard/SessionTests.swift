import Foundation
import MemoryBackend
import MirrorCore
import OCIRegistry
import Support
import TestSupport
import Testing

@testable import TUI

/// What the dashboard does to an installation that it shows, and hears of it.
@Suite(.timeLimit(.minutes(15)))
struct SessionTests {
  private let installation = MemoryInstallation(schedule: "every 15m") { SessionTests.now }
  private let registries = MemoryRegistries()
  private let posts = Posts()

  /// What leases are held against: a busy machine takes longer than one lasts.
  private static let now = Date.now
  private static let source = "r.example/app:1"
  private static let destination = "d.example/app:1"
  private static let digest = Digest.sha256(of: [1])

  private func session(wakes: Bool = true) async throws -> Session {
    registries.push(Self.digest, to: Self.source)
    try await installation.backend.table.write([
      .add(MirrorEntry(source: Self.source, destinations: [Self.destination]))
    ])
    return Session(
      MirrorService(backend: installation.backend, registries: registries.client, askedBy: "ann@web1"),
      credentials: AnonymousAccess(),
      memory: nil, remembered: Remembered(), wakes: wakes, post: posts.post)
  }

  /// What the messages say, oldest first.
  private var messages: [String] {
    posts.all.compactMap { event in
      switch event {
      case .message(let message), .sweepEnded(_, let message), .rowsChanged(_, let message),
        .rowsUndone(_, _, let message):
        message.text
      default: nil
      }
    }
  }

  private func waitForMessage(_ words: String) async throws {
    try await waitFor("a message with '\(words)'") { messages.contains { $0.contains(words) } }
  }

  @Test("A mirror that is asked for is a job, whose end is shown without anybody looking")
  func mirrored() async throws {
    let session = try await session()
    await session.perform(.sweep(1, .mirror(.all)))
    try await waitForMessage("queued 1 job")
    try await installation.queue.work { _, _ in .exited(0) }
    try await waitFor("the job's end") {
      posts.contains {
        if case .loaded(let load) = $0 { load.jobs.first?.job.state == .succeeded } else { false }
      }
    }
    await session.end(Remembered())
  }

  @Test("A job that is queued once more is asked for by who does it now, and looks at its row again")
  func retried() async throws {
    let session = try await session()
    let request = JobRequest(
      origin: .run, mirror: Self.source, source: Self.source, destinations: [Self.destination], options: ["a": .null],
      askedBy: "job 7", run: "r1")
    await session.perform(.retry([request.again]))
    try await waitForMessage("queued 1 job")
    let job = try #require(try await installation.queue.jobs(finished: 0).first)
    var expected = request.again
    expected.askedBy = "ann@web1"
    #expect(job.request == expected)
    await session.end(Remembered())
  }

  @Test("A run that is refused says what still works")
  func refused() async throws {
    let session = try await session()
    let lease = RunLease(run: "r1", holder: "ann's machine", expires: Self.now + RunLease.length.seconds)
    _ = try await installation.backend.history.acquire(lease)
    await session.perform(.sweep(1, .run))
    try await waitForMessage("cannot run: run r1 by ann's machine is still active")
    #expect(try await installation.queue.jobs(finished: 1).isEmpty)
    await session.end(Remembered())
  }

  @Test("A job that is cancelled is called by its image")
  func cancelled() async throws {
    let session = try await session(wakes: false)
    let outcomes = try await installation.queue.submit([
      JobRequest(
        origin: .adhoc, mirror: "docker.io/library/postgres:1.29", source: "docker.io/library/postgres:1.29",
        destinations: ["d.example/postgres:1.29"])
    ])
    let job = try #require(outcomes.first).get().job
    await session.perform(.cancel(jobs: [job.id]))
    try await waitForMessage("cancelling postgres:1.29")
    await session.end(Remembered())
  }

  @Test("A change that somebody else was faster with is refused, and nothing is lost")
  func conflict() async throws {
    let session = try await session()
    let old = try #require(try await installation.backend.table.entry(Self.source))
    var theirs = old
    theirs.enabled = false
    try await installation.backend.table.write([.replace(old, with: theirs)])
    var ours = old
    ours.destinations = ["e.example/app:1"]
    await session.perform(.edit(original: old, new: ours))
    try await waitForMessage("somebody else changed it in the meantime")
    #expect(try await installation.backend.table.entry(Self.source) == theirs)
    await session.end(Remembered())
  }

  @Test("Of many things that one does the failures are told beside what was done")
  func partly() async throws {
    let session = try await session()
    await session.perform(.remove([Self.source, "r.example/none:1"]))
    try await waitForMessage("deleted 1 mirror of 2; not done: r.example/none:1")
    await session.end(Remembered())
  }

  @Test("A file is imported as a whole or not at all, and what it changed is taken back") func imported() async throws {
    let session = try await session()
    let folder = try TemporaryFolder()
    let file = "\(folder.path)/rows.csv"
    try Data("\(Self.source),e.example/app:1\nr.example/new:1,d.example/new:1\n".utf8).write(to: URL(filePath: file))
    await session.perform(.importRows(file))
    try await waitForMessage("added 1, changed 1, 0 unchanged; U undoes it")
    let edit = try #require(
      posts.all.compactMap { event -> RowsEdit? in if case .rowsChanged(let edit, _) = event { edit } else { nil } }
        .last)
    await session.perform(.undo(edit))
    try await waitForMessage("undone: imported 2 rows from \(file)")
    let rows = try await installation.backend.table.page(after: nil).entries
    #expect(rows.map(\.source) == [Self.source] && rows.map(\.destinations) == [[Self.destination]])
    try Data("x.example/a:1,d.example/a:1\nno image,d.example/b:1\n".utf8).write(to: URL(filePath: file))
    await session.perform(.importRows(file))
    try await waitForMessage("nothing was imported from \(file): line 2")
    await session.perform(.importRows("\(folder.path)/none.csv"))
    try await waitForMessage("none.csv: No such file")
    #expect(try await installation.backend.table.page(after: nil).entries.count == 1)
    await session.end(Remembered())
  }

  @Test("An installation that goes away is told by what reads it, and by each thing that is tried")
  func goesAway() async throws {
    let session = try await session()
    try await waitFor("the table") { posts.contains { if case .loaded = $0 { true } else { false } } }
    installation.fail(with: MirrorError(.backend, "the folder is gone", Outage(.gone, "look for it")))
    await session.reload()
    try await waitFor("the failure") {
      posts.contains { if case .loadFailed(let failure, _, _) = $0 { failure.cause == .gone } else { false } }
    }
    await session.perform(.sweep(1, .mirror(.all)))
    await session.perform(.setEnabled([Self.source], false))
    try await waitForMessage("cannot mirror: not found: the folder is gone; look for it")
    try await waitForMessage("cannot disable \(Self.source): not found")
    try await waitForMessage("cannot read the status of the timer and the queues")
    installation.fail(with: nil)
    await session.reload()
    try await waitFor("the table anew") { installation.reads > 1 }
    await session.end(Remembered())
  }

  // MARK: - Jobs that nobody works on

  @Test("Jobs that wait are seen to when the session begins, and when their worker is gone")
  func wakes() async throws {
    let session = try await session()
    try await waitFor("the first wake") { installation.wakes >= 1 }
    installation.note(faults: [Fault(.worker, "worker", reason: "no worker lives", advice: "start one")])
    try await waitFor("a wake for the worker that is gone") {
      await session.reload()
      return installation.wakes >= 2
    }
    await session.end(Remembered())
  }

  @Test("A session that may change nothing wakes nobody, and tells of the worker that is gone")
  func onlyLooks() async throws {
    let fault = Fault(.worker, "worker", reason: "no worker lives", advice: "start one")
    installation.note(faults: [fault])
    let session = try await session(wakes: false)
    try await waitFor("the fault") {
      await session.reload()
      return posts.contains { if case .automation(let status) = $0 { status.faults == [fault] } else { false } }
    }
    #expect(installation.wakes == 0)
    await session.end(Remembered())
  }

  // MARK: - Reading beside

  @Test("A log is followed while it is on the screen")
  func log() async throws {
    var session = try await session()
    let queue = installation.queue
    _ = try await queue.submit([
      JobRequest(origin: .adhoc, mirror: Self.source, source: Self.source, destinations: [Self.destination])
    ])
    let job = try #require(try await queue.jobs(finished: 0).first)
    let goesOn = Lock(false)
    let work = Task {
      try await queue.work { _, log in
        log("first")
        try? await waitFor("the second line's turn") { goesOn.withLock(\.self) }
        log("second")
        return .exited(0)
      }
    }
    await session.keep(Watch(log: LogSource(job: job.id, attempt: nil)), presses: 0)
    try await waitFor("the first line") { lines.contains("first") }
    goesOn.withLock { $0 = true }
    try await work.value
    try await waitFor("the line after it") { lines == ["first", "second"] }
    await session.keep(Watch(), presses: 0)
    await session.end(Remembered())
  }

  private var lines: [String] {
    posts.all.flatMap { event -> [String] in if case .log(let page, _) = event { page.lines.map(\.text) } else { [] } }
  }

  @Test("What a session still writes when it is left is written")
  func end() async throws {
    let session = try await session()
    await session.perform(.add(MirrorEntry(source: "r.example/new:1", destinations: ["d.example/new:1"])))
    await session.end(Remembered())
    #expect(try await installation.backend.table.entry("r.example/new:1") != nil)
  }
}
