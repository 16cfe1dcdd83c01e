import FoundationEssentials
import GRDB
import Glibc
import Logging
import MirrorCore
import Subprocess
import Support
import SystemPackage

/// One attempt at a job, as the worker sees it: a child process in a session of its own.
struct JobProcess: Sendable {
  let worker: LocalWorker
  let claim: Claim
  private let queue: QueueReader
  let began = ContinuousClock.now
  private let watch: Lock<Watch>

  private struct Watch {
    /// Leads the group that is signalled.
    var leader: ProcessIdentity?
    /// When the attempt has taken too long, by a clock that nobody sets.
    var deadline: ContinuousClock.Instant
    /// Why it was told to stop, and when.
    var stop: (end: AttemptEnd, at: ContinuousClock.Instant)?
  }

  init(worker: LocalWorker, claim: Claim, queue: QueueReader) {
    self.worker = worker
    self.claim = claim
    self.queue = queue
    // One that was found has had a part of its time.
    let spent = claim.process?.age ?? .zero
    watch = Lock(Watch(deadline: .now + worker.options.timeout - spent))
  }

  private var store: LocalStore { worker.store }

  /// For what must not outlive an attempt, as credentials.
  private static let scratch: FileName = "scratch"

  /// Starts the attempt, sees it through and writes down what became of it.
  ///
  /// - Returns: what its end tells of the registries.
  func run() async throws -> JobEnd {
    let end: AttemptEnd
    do {
      end = try await spawn()
    } catch {
      end = .notStarted("it could not be started: \(error)")
    }
    return try await finish(end)
  }

  /// Takes over an attempt whose worker is gone: a job process that lives is waited for, one that does not is cleared
  /// away.
  func adopt() async throws -> JobEnd {
    worker.logger.warning("found job \(claim.id) running without a worker")
    watch.withLock { $0.leader = claim.process }
    // Held until the attempt is given up: a process that was about to begin it finds out that it may not.
    let lock = try await takeLock()
    watch.withLock { $0.leader = nil }
    defer { withExtendedLifetime(lock) {} }
    if let leader = claim.process { await JobRemains(leader: leader, job: claim.id).clear() }
    let code = try await codeLeft()
    let stopped = watch.withLock { $0.stop?.end }
    return try await finish(stopped ?? code.map(AttemptEnd.exited) ?? .lost)
  }

  /// The exit code that the job process wrote down as its last deed; nil where it did not come so far.
  private func codeLeft() async throws -> Int? {
    try await store.read { [claim] db in
      try Int.fetchOne(
        db, sql: "SELECT exit_code FROM attempts WHERE job = ? AND number = ?",
        arguments: [claim.id, claim.order.attempt])
    }
  }

  /// Waits for the job process to let go of its job; nil where there is nothing that it could hold.
  private func takeLock() async throws -> FileLock? {
    while true {
      do throws(SystemError) {
        if let lock = try store.makeJobFolder(claim.id).lock(JobLock.name) { return lock }
      } catch {
        worker.logger.warning("\(error)")
        return nil
      }
      try await Task.sleep(for: .milliseconds(100))
    }
  }

  // MARK: - The process

  private func spawn() async throws -> AttemptEnd {
    let folder = try store.makeJobFolder(claim.id)
    let scratch = try folder.makeFolder(Self.scratch).path
    let log = FileDescriptor(
      rawValue: try folder.file(LocalLogs.name(claim.order.attempt), O_WRONLY | O_CREAT | O_APPEND))
    var options = PlatformOptions()
    options.createSession = true
    let order = claim.order
    // One that asks for no run has none, whatever this process was started with.
    var environment: [Environment.Key: String?] = [.init(stringLiteral: JobWords.run): nil]
    let variables = order.environment.merging([
      "ECRMIRROR_SCRATCH": scratch, "ECRMIRROR_LOCAL": store.folder, ProcessMark.job: order.id,
      // The name of AWS Batch's variable would make it think it is there.
      "ECRMIRROR_LOG_FORMAT": "text",
    ]) { $1 }
    for (name, value) in variables { environment[.init(stringLiteral: name)] = .some(value) }
    let result = try await Subprocess.run(
      .path(FilePath(worker.executable)),
      arguments: ["mirror", "--", order.source, JobWords.joined(order.destinations)],
      environment: .inherit.updating(environment), workingDirectory: "/", platformOptions: options, input: .none,
      output: .fileDescriptor(log, closeAfterSpawningProcess: true), error: .combinedWithOutput
    ) { execution in
      // Not waited for before this returns: the number is the job's.
      let leader = ProcessIdentity(of: execution.processIdentifier.value)
      watch.withLock { $0.leader = leader }
      // Somebody may have wanted it stopped before there was anything to stop.
      worker.bell.ring()
    }
    let (leader, stop) = watch.withLock { watch in
      defer { watch.leader = nil }
      return (watch.leader, watch.stop)
    }
    if let leader { await JobRemains(leader: leader, job: claim.id).clear() }
    switch result.terminationStatus {
    // What finished in spite of the signal has finished. A program that printed its help ends with 0 as well.
    case .exited(0): return try await codeLeft() == 0 ? .exited(0) : .notBegun(worker.executable)
    case .exited(let code): return stop?.end ?? .exited(Int(code))
    case .signaled(let signal): return stop?.end ?? .signaled(Int(signal))
    }
  }

  // MARK: - Stopping

  /// Sees to cancellation, time-out and the worker's end.
  ///
  /// - Parameter cancellation: why somebody wants it stopped.
  /// - Returns: when it has to be seen to again, whatever happens.
  func stopIfDue(_ cancellation: String?) -> ContinuousClock.Instant {
    if let stop = watch.withLock({ $0.stop }) {
      let killed = stop.at + worker.options.grace
      guard .now > killed else { return killed }
      signal(SIGKILL)
      return .now + .milliseconds(100)
    }
    let deadline = watch.withLock(\.deadline)
    guard let end = reasonToStop(cancellation, deadline) else { return deadline }
    let isNew = watch.withLock { watch in
      guard watch.leader != nil else { return false }
      watch.stop = (end, .now)
      return true
    }
    if isNew {
      worker.logger.info("stopping job \(claim.id): \(end.reason ?? "")")
      signal(SIGTERM)
    }
    return .now + (isNew ? worker.options.grace : .milliseconds(100))
  }

  private func reasonToStop(_ cancellation: String?, _ deadline: ContinuousClock.Instant) -> AttemptEnd? {
    if worker.shallEnd { return .interrupted }
    if ContinuousClock.now > deadline { return .timedOut }
    return cancellation.map(AttemptEnd.cancelled)
  }

  private static func cancellation(_ db: Database, _ job: JobID) throws -> String? {
    try String.fetchOne(db, sql: "SELECT cancel FROM jobs WHERE id = ?", arguments: [job])
  }

  private func signal(_ number: CInt) {
    _ = watch.withLock { $0.leader?.signalGroup(number) }
  }

  // MARK: - The end

  private func finish(_ end: AttemptEnd) async throws -> JobEnd {
    do throws(SystemError) {
      try store.jobFolder(claim.id)?.remove(Self.scratch)
    } catch {
      worker.logger.warning("files of job \(claim.id) could not be removed: \(error)")
    }
    // Before its row is written anew.
    let hasSpoken = try await hasSpoken(end)
    let now = Date.now.stored
    let rules = worker.options.retry
    let (next, progress) = try await store.write { [claim] db -> (JobNext, JobProgress?) in
      try db.execute(
        sql: """
          UPDATE attempts SET stopped = ?, exit_code = ?, reason = ?, process = NULL WHERE job = ? AND number = ?
          """, arguments: [now, end.exitCode, end.reason, claim.id, claim.order.attempt])
      let excused =
        try Int.fetchOne(
          db,
          sql: "SELECT COUNT(*) FROM attempts WHERE job = ? AND reason IN (?, ?)",
          arguments: [claim.id, AttemptEnd.lost.reason, AttemptEnd.interrupted.reason]) ?? 0
      var next = rules.next(after: end, failed: claim.order.attempt - excused, made: claim.order.attempt)
      // Somebody wanted it stopped just when it ended by itself: then there is no other try.
      if case .retry = next, let reason = try Self.cancellation(db, claim.id) { next = .cancelled(reason) }
      switch next {
      case .succeeded:
        try db.execute(
          sql: "UPDATE jobs SET state = 'SUCCEEDED', reason = NULL, stopped = ? WHERE id = ?",
          arguments: [now, claim.id])
      case .failed(let reason), .cancelled(let reason):
        try db.execute(
          sql: "UPDATE jobs SET state = 'FAILED', reason = ?, stopped = ? WHERE id = ?",
          arguments: [reason, now, claim.id])
      case .retry(let wait, let reason):
        try db.execute(
          sql: "UPDATE jobs SET state = 'RUNNABLE', reason = ?, not_before = ? WHERE id = ?",
          arguments: [reason, now + Int64(wait.seconds * 1000), claim.id])
      }
      return (next, try StoredJob.progress(db, of: claim.id))
    }
    if case .retry(let wait, _) = next { await queue.wait(claim.id, wait) }
    worker.logger.info("job \(claim.id) attempt \(claim.order.attempt): \(next)")
    switch next {
    case .failed(let reason) where !hasSpoken: try await writeDown(reason)
    case .cancelled(let reason) where !hasSpoken: try await writeDownCancelled(reason)
    case .succeeded, .retry, .failed, .cancelled: break
    }
    return JobEnd(end: end, progress: progress)
  }

  /// Whether the job process could write its outcome down itself.
  private func hasSpoken(_ end: AttemptEnd) async throws -> Bool {
    switch end {
    case .exited(let code): (0...3).contains(code)
    // It knows of the wish, and leaves its code as its last deed.
    case .cancelled: try await codeLeft() != nil
    case .signaled, .timedOut, .interrupted, .lost, .notStarted: false
    }
  }

  /// The same for one that was killed before it could say that somebody had stopped it: its destinations stand as they
  /// did.
  private func writeDownCancelled(_ reason: String) async throws {
    try await LocalHistory(store).append(
      .job(.cancelled(claim.order, started: claim.started, at: .now, reason: reason)))
  }

  /// For a job that could not say itself what became of it.
  private func writeDown(_ reason: String) async throws {
    let now = Date.now
    let backend = (table: LocalTable(store), history: LocalHistory(store))
    let known = try await backend.table.entry(claim.order.mirror)?.observed ?? [:]
    var change = ObservedChange()
    for destination in claim.order.destinations {
      guard var observed = known[destination], observed.state.isDrift else { continue }
      (observed.state, observed.error, observed.job) = (.failed, reason, claim.id.description)
      (observed.since, observed.checked) = (now, now)
      change.set[destination] = observed
    }
    try await backend.table.record([claim.order.mirror: change])
    try await backend.history.append(
      .job(
        JobRecord(
          claim.order, started: claim.started, finished: now, succeeded: false,
          destinations: claim.order.destinations.map {
            DestinationRecord(reference: $0, outcome: .failed, error: reason)
          }, error: reason)))
  }
}
