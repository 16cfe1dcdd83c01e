import Foundation
import GRDB
import Logging
import MirrorCore
import Support
import TestSupport
import Testing

@testable import LocalBackend

/// What a worker does to processes that a store names: only what it can tell are a job's.
@Suite(.timeLimit(.minutes(15)))
struct JobRemainsTests {
  let files: TemporaryStore

  init() throws {
    files = try TemporaryStore()
  }

  /// A session whose leader started something and was killed.
  private struct Abandoned {
    let leader: ProcessIdentity
    let child: ProcessIdentity
  }

  /// Starts a session of a shell and its child.
  private func session(job: String) async throws -> Abandoned {
    let file = "\(files.folder)/numbers-\(UUID().uuidString)"
    let script = "sleep 600 & echo $$ $! > \(file).new; mv \(file).new \(file); wait"
    let starter = try spawned(
      ["setsid", "--fork", "/bin/sh", "-c", script], environment: ["PATH=/usr/bin:/bin", "\(ProcessMark.job)=\(job)"])
    // A child that nobody waits for keeps the exit tests of this process from hearing of theirs.
    try await waitFor("setsid to end") { waitpid(starter, nil, WNOHANG) == starter }
    try await waitFor("the session to begin") { FileManager.default.fileExists(atPath: file) }
    let numbers = try String(contentsOfFile: file, encoding: .utf8).split(whereSeparator: \.isWhitespace)
      .compactMap { Int32($0) }
    try #require(numbers.count == 2)
    return Abandoned(
      leader: try #require(ProcessIdentity(of: numbers[0])), child: try #require(ProcessIdentity(of: numbers[1])))
  }

  private func abandoned(job: String) async throws -> Abandoned {
    let session = try await session(job: job)
    session.leader.signal(SIGKILL)
    try await waitFor("the leader's end") { !session.leader.isAlive }
    return session
  }

  /// A job under way whose worker is gone, as the store tells it.
  private func job(led leader: ProcessIdentity?, started: Date, cancel: Bool = false) async throws -> Job {
    let job = try #require(try await files.idle.queue.submitted([request("r.example/a:1")]).first?.job)
    try await tell(job.id, leader, started, cancel)
    return job
  }

  private func tell(_ job: String, _ leader: ProcessIdentity?, _ started: Date, _ cancel: Bool = false) async throws {
    try await files.store.write { db in
      try db.execute(
        sql: "UPDATE jobs SET state = 'RUNNING', cancel = ? WHERE id = ?", arguments: [cancel ? "enough" : nil, job])
      try db.execute(
        sql: "INSERT INTO attempts (job, number, started, process) VALUES (?, 1, ?, ?)",
        arguments: [job, started.stored, leader?.number])
      // A store of an earlier version says nothing more.
      guard let leader, !leader.boot.isEmpty else { return }
      try db.execute(
        sql: "INSERT INTO leaders (job, number, began, boot) VALUES (?, 1, ?, ?)",
        arguments: [job, Int64(clamping: leader.started), leader.boot])
    }
  }

  private func work() async throws {
    let worker = LocalWorker(
      store: files.store, options: LocalWorker.Options(grace: .milliseconds(100)),
      executable: try files.script("exit 0"), logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    #expect(try await worker.run())
  }

  @Test(
    "What a killed job left is gone before the next attempt, whatever the clock said when it began",
    arguments: [Date(timeIntervalSince1970: 0), Date(timeIntervalSince1970: 4_000_000_000)])
  func cleared(started: Date) async throws {
    let job = try #require(try await files.idle.queue.submitted([request("r.example/a:1")]).first?.job)
    let abandoned = try await abandoned(job: job.id)
    #expect(abandoned.child.isAlive)
    try await tell(job.id, abandoned.leader, started)
    try await work()
    #expect(!abandoned.child.isAlive)
    #expect(try await files.idle.queue.job(job.id)?.state == .succeeded)
  }

  @Test("A session that has the number of a job's, and is another's, is left alone")
  func strangers() async throws {
    let job = try #require(try await files.idle.queue.submitted([request("r.example/a:1")]).first?.job)
    let abandoned = try await abandoned(job: "another")
    try await tell(job.id, abandoned.leader, .now)
    try await work()
    #expect(abandoned.child.isAlive)
    abandoned.child.signal(SIGKILL)
  }

  /// How a store may name a living process that is not the job's.
  enum Misnomer: CaseIterable {
    case otherTime, otherBoot, earlierVersion
  }

  @Test("A living process that has the number of a job's is not signalled", arguments: Misnomer.allCases)
  func reused(how: Misnomer) async throws {
    let stranger = try await session(job: "another")
    let own = stranger.leader
    let named =
      switch how {
      case .otherTime: ProcessIdentity(number: own.number, started: own.started - 1, boot: own.boot)
      case .otherBoot: ProcessIdentity(number: own.number, started: own.started, boot: "another")
      case .earlierVersion: ProcessIdentity(number: own.number, started: own.started, boot: "")
      }
    let job = try await job(led: named, started: .now, cancel: true)
    // Somebody works on it for longer than the worker is patient.
    let folder = try files.store.makeJobFolder(try JobID(given: job.id))
    var lock = try folder.lock(JobLock.name)
    #expect(lock != nil)
    async let done: Void = work()
    try await Task.sleep(for: .milliseconds(500))
    lock = nil
    #expect(stranger.leader.isAlive && stranger.child.isAlive)
    try await done
    #expect(stranger.leader.isAlive && stranger.child.isAlive)
    stranger.leader.signal(SIGKILL)
    stranger.child.signal(SIGKILL)
  }
}
