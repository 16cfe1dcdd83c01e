import FoundationEssentials
import GRDB
import Glibc
import Logging
import MirrorCore
import Support
import TestSupport
import Testing

@testable import LocalBackend

/// The worker with shell scripts in the place of the job process.
struct LocalWorkerTests {
  let files: TemporaryStore
  let queue: any JobQueue

  init() throws {
    files = try TemporaryStore()
    queue = files.idle.queue
  }

  private func worker(
    _ body: String, parallel: Int = 2, timeout: Duration = .seconds(300), grace: Duration = .seconds(30)
  ) throws -> LocalWorker {
    LocalWorker(
      store: files.store,
      options: LocalWorker.Options(
        parallel: parallel, timeout: timeout, grace: grace,
        retry: RetryRules(attempts: 3, backoff: Backoff(base: .zero, limit: .zero))),
      executable: try files.script(body), logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
  }

  private func submit(_ source: String = "r.example/a:1") async throws -> Job {
    try #require(try await queue.submitted([request(source)]).first?.job)
  }

  @Test(
    "A job's exit code decides what becomes of it",
    arguments: [
      ("exit 0", JobState.succeeded, 1), ("exit 1", .failed, 3), ("exit 2", .failed, 1), ("exit 3", .failed, 1),
      ("kill -9 $$", .failed, 3),
    ])
  func exitCodes(body: String, state: JobState, attempts: Int) async throws {
    let job = try await submit()
    #expect(try await worker(body).run())
    let ended = try #require(try await queue.job(job.id))
    #expect(ended.state == state)
    #expect(ended.attempts.count == attempts)
    #expect(ended.stopped != nil)
    #expect((ended.reason == nil) == (state == .succeeded))
  }

  @Test("A process that ends with success and never worked on its job has not done it")
  func notBegun() async throws {
    let job = try await submit()
    let worker = LocalWorker(
      store: files.store,
      options: LocalWorker.Options(retry: RetryRules(attempts: 1)), executable: "/bin/true",
      logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    #expect(try await worker.run())
    let ended = try #require(try await queue.job(job.id))
    #expect(ended.state == .failed)
    #expect(ended.reason == AttemptEnd.notBegun("/bin/true").reason)
  }

  @Test("The job process gets source, destinations, id and attempt, and its output is the log")
  func environment() async throws {
    let job = try await submit()
    let body = #"echo "$1 $2 $3 $4 $AWS_BATCH_JOB_ATTEMPT"; echo oops >&2; test "$AWS_BATCH_JOB_ID" = "\#(job.id)""#
    _ = try await worker(body).run()
    #expect(try await queue.job(job.id)?.state == .succeeded)
    let page = try await files.idle.logs.lines(job: job.id, attempt: nil, after: nil, limit: 10)
    #expect(page.lines.map(\.text) == ["mirror -- r.example/a:1 d.example/x:1 1", "oops"])
    let rest = try await files.idle.logs.lines(job: job.id, attempt: nil, after: page.cursor, limit: 10)
    #expect(rest.lines.isEmpty)
  }

  @Test("A job that failed for no fault of the mirror says so in the history")
  func historyOfTheDead() async throws {
    let job = try await submit()
    _ = try await worker("kill -9 $$").run()
    let items = try await files.idle.history.items(of: nil, limit: 5)
    guard case .job(let record) = items.first else {
      Issue.record("no item")
      return
    }
    #expect(record.job == job.id)
    #expect(!record.succeeded)
    #expect(record.error?.contains("signal 9") == true)
  }

  @Test("So many jobs run at once as may, and all are done", arguments: [1, 3])
  func parallel(limit: Int) async throws {
    for number in 0..<7 { _ = try await submit("r.example/\(number):1") }
    let body = """
      cd "$ECRMIRROR_LOCAL"; touch "on-$AWS_BATCH_JOB_ID"; ls on-* | wc -l >> counts; sleep 0.15
      rm "on-$AWS_BATCH_JOB_ID"
      """
    _ = try await worker(body, parallel: limit).run()
    #expect(try await queue.jobs(finished: 10).allSatisfy { $0.state == .succeeded })
    let counts = try String(contentsOf: URL(filePath: files.folder + "/counts"), encoding: .utf8)
      .split(separator: "\n").compactMap { Int($0) }
    #expect(counts.count == 7)
    #expect(counts.allSatisfy { $0 <= limit })
  }

  @Test("The next job begins by the last one's end, a new one by its submission, and a wish to stop is heard")
  func woken() async throws {
    for number in 0..<3 { _ = try await submit("r.example/\(number):1") }
    var worker = try worker(
      "test $3 != r.example/last:1 || { echo $$ > $ECRMIRROR_LOCAL/child; sleep 600; }", parallel: 1)
    // Longer than any watchdog waits.
    worker.pause = .seconds(3600)
    let running = Task { [worker] in try await worker.run() }
    let last = try await submit("r.example/last:1")
    _ = try await pid(in: files.folder + "/child")
    let late = try await submit("r.example/late:1")
    _ = try await queue.cancel(last.id, reason: "enough")
    #expect(try await running.value)
    #expect(try await queue.job(last.id)?.state == .cancelled)
    #expect(try await queue.job(late.id)?.state == .succeeded)
  }

  @Test("A job that waits for its registry lets those of others pass")
  func passing() async throws {
    let slow = try await submit("slow.example/0:1")
    for number in 1..<100 { _ = try await submit("slow.example/\(number):1") }
    let other = try await submit("quick.example/a:1")
    var options = LocalWorker.Options(parallel: 2)
    options.limits = CopyLimits(["slow.example": .init(copies: 1)])
    // The first ends only when another one has passed the rest.
    let body = """
      case $3 in
        quick*) touch $ECRMIRROR_LOCAL/passed;;
        slow.example/0:1) until test -e $ECRMIRROR_LOCAL/passed; do sleep 0.02; done;;
      esac
      """
    let worker = LocalWorker(
      store: files.store, options: options, executable: try files.script(body),
      logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    let running = Task { try await worker.run() }
    try await waitFor("the other registry's job to pass") { try await queue.job(other.id)?.state == .succeeded }
    try await waitFor("the first job to end") { try await queue.job(slow.id)?.state == .succeeded }
    for job in try await queue.jobs(finished: 0) { _ = try await queue.cancel(job.id, reason: "end") }
    #expect(try await running.value)
  }

  @Test("A cancelled job and all it started are gone")
  func cancel() async throws {
    let job = try await submit()
    let worker = try worker("sleep 600 & echo $! > $ECRMIRROR_LOCAL/child; wait")
    async let done = worker.run()
    let child = try await pid(in: files.folder + "/child")
    _ = try await queue.cancel(job.id, reason: "enough")
    _ = try await done
    #expect(try await queue.job(job.id)?.reason == "enough")
    #expect(ProcessStatus(of: child)?.isRunning != true)
  }

  @Test("A job whose end cannot be written is told, the others end what they began, and the next worker takes it up")
  func unwritable() async throws {
    let (bad, good) = (try await submit("r.example/bad:1"), try await submit("r.example/good:1"))
    try await files.store.write { db in
      try db.execute(
        sql: """
          CREATE TRIGGER refuse BEFORE UPDATE ON attempts WHEN NEW.job = '\(bad.id)' AND NEW.stopped IS NOT NULL
          BEGIN SELECT RAISE(ABORT, 'no'); END
          """)
    }
    let worker = try worker(
      "case $3 in *bad*) ;; *) until test -e $ECRMIRROR_LOCAL/goes-on; do sleep 0.02; done;; esac")
    let running = Task { try await worker.run() }
    try await waitFor("the other job to run") { try await queue.job(good.id)?.attempts.isEmpty == false }
    let late = try await submit("r.example/late:1")
    #expect(FileManager.default.createFile(atPath: files.folder + "/goes-on", contents: nil))
    let ended = Lock(false)
    Task {
      _ = try? await running.value
      ended.withLock { $0 = true }
    }
    try await waitFor("the worker to end") { ended.withLock(\.self) }
    await #expect(throws: MirrorError.self) { try await running.value }
    #expect(try await queue.job(good.id)?.state == .succeeded)
    #expect(try await queue.job(bad.id)?.state.isLive == true)
    try await files.store.write { db in try db.execute(sql: "DROP TRIGGER refuse") }
    #expect(try await self.worker("exit 0").run())
    for job in [bad, late] { #expect(try await queue.job(job.id)?.state == .succeeded) }
  }

  @Test("What does not listen to SIGTERM is killed")
  func stubborn() async throws {
    let job = try await submit()
    let worker = try worker(
      "trap '' TERM; echo $$ > $ECRMIRROR_LOCAL/child; while :; do sleep 0.1; done", grace: .milliseconds(300))
    async let done = worker.run()
    let child = try await pid(in: files.folder + "/child")
    _ = try await queue.cancel(job.id, reason: "enough")
    _ = try await done
    #expect(try await queue.job(job.id)?.state == .cancelled)
    // It could not say so itself.
    let items = try await LocalHistory(files.store).items(of: nil, limit: 5)
    #expect(
      items.count == 1
        && items.allSatisfy {
          if case .job(let record) = $0 { record.isCancelled && record.error == "enough" } else { false }
        })
    #expect(ProcessStatus(of: child)?.isRunning != true)
  }

  @Test("An attempt that takes too long is stopped and not tried again")
  func timeout() async throws {
    let job = try await submit()
    _ = try await worker("sleep 600", timeout: .milliseconds(300)).run()
    let ended = try #require(try await queue.job(job.id))
    #expect(ended.state == .failed)
    #expect(ended.attempts.map(\.reason) == ["timed out"])
  }

  @Test("A second worker leaves the queue alone")
  func oneWorker() async throws {
    _ = try await submit()
    let first = try worker("echo x > $ECRMIRROR_LOCAL/child; sleep 600")
    let second = try worker("exit 0")
    let running = Task { try await first.run() }
    try await waitFor("the first worker's job to run") {
      FileManager.default.fileExists(atPath: files.folder + "/child")
    }
    #expect(try await !second.run())
    for job in try await queue.jobs(finished: 0) { _ = try await queue.cancel(job.id, reason: "end") }
    #expect(try await running.value)
  }

  @Test("A job found without its process is tried again, and an attempt given up cannot begin any more")
  func lost() async throws {
    let job = try await submit()
    try await files.store.write { db in
      try db.execute(sql: "UPDATE jobs SET state = 'RUNNING' WHERE id = ?", arguments: [job.id])
      try db.execute(
        sql: "INSERT INTO attempts (job, number, started) VALUES (?, 1, ?)", arguments: [job.id, Date.now.stored])
    }
    _ = try await worker("exit 0").run()
    let ended = try #require(try await queue.job(job.id))
    #expect(ended.state == .succeeded)
    #expect(ended.attempts.map(\.number) == [1, 2])
    #expect(ended.attempts.first?.reason == "process found dead")
    #expect(try await JobLock.enter(files.store, job: job.id, attempt: 1) == nil)
  }

  @Test("A job that ended by itself just when somebody wanted it stopped is not tried again")
  func cancelledAtItsEnd() async throws {
    let job = try await submit()
    try await files.store.write { db in
      try db.execute(sql: "UPDATE jobs SET state = 'RUNNING', cancel = 'enough' WHERE id = ?", arguments: [job.id])
      try db.execute(
        sql: "INSERT INTO attempts (job, number, started) VALUES (?, 1, ?)", arguments: [job.id, Date.now.stored])
    }
    _ = try await worker("exit 0").run()
    let ended = try #require(try await queue.job(job.id))
    #expect(ended.state == .cancelled)
    #expect(ended.reason == "enough")
    #expect(ended.attempts.count == 1)
  }

  @Test("A job whose process outlived its worker is waited for, and its word counts")
  func adopted() async throws {
    let job = try await submit()
    try await files.store.write { db in
      try db.execute(sql: "UPDATE jobs SET state = 'STARTING' WHERE id = ?", arguments: [job.id])
      try db.execute(
        sql: "INSERT INTO attempts (job, number, started) VALUES (?, 1, ?)", arguments: [job.id, Date.now.stored])
    }
    _ = try files.store.makeJobFolder(JobID(given: job.id))
    var lock = try await JobLock.enter(files.store, job: job.id, attempt: 1)
    #expect(lock != nil)
    #expect(try await JobLock.enter(files.store, job: job.id, attempt: 1) == nil, "nobody else can enter")
    let worker = try worker("exit 1")
    async let done = worker.run()
    try await Task.sleep(for: .milliseconds(300))
    #expect(try await queue.job(job.id)?.state == .running)
    try await lock?.leave(exitCode: 0)
    lock = nil
    _ = try await done
    let ended = try #require(try await queue.job(job.id))
    #expect(ended.state == .succeeded)
    #expect(ended.attempts.count == 1)
  }

  /// Waits for a script to write its process id.
  private func pid(in file: String) async throws -> pid_t {
    try await waitFor("a process to write its id to \(file)") {
      guard let text = try? String(contentsOf: URL(filePath: file), encoding: .utf8), text.hasSuffix("\n") else {
        return nil
      }
      return pid_t(text.dropLast())
    }
  }
}
