import FoundationEssentials
import GRDB
import Glibc
public import Logging
public import MirrorCore
import ServiceLifecycle
import Support

/// The one process of a store that takes jobs from the queue, runs each as a child process, and ends when the queue is
/// empty.
public struct LocalWorker: Sendable {
  public struct Options: Sendable {
    /// Jobs at once, at most; 1 or more. nil for as many as the memory has room for (`CopyCeiling`).
    public var parallel: Int?
    /// Of registries.
    public var limits = CopyLimits()
    /// An attempt that takes longer is stopped.
    public var timeout: Duration
    /// Between SIGTERM and SIGKILL.
    public var grace: Duration
    public var retry: RetryRules

    public init(
      parallel: Int? = nil, timeout: Duration = .seconds(6 * 3600), grace: Duration = .seconds(30),
      retry: RetryRules = RetryRules()
    ) {
      self.parallel = parallel
      self.timeout = timeout
      self.grace = grace
      self.retry = retry
    }
  }

  let store: LocalStore
  let options: Options
  /// The Batch executable, which runs the jobs too.
  let executable: String
  let logger: Logger
  /// Wakes the loop: a job ended, somebody wrote to the store, or the worker is to end.
  let bell = Bell()
  private let isEnding = Lock(false)

  /// How often the queue is looked at where nobody rings: a look is one indexed read.
  var pause = Duration.seconds(1)
  /// The same where the system tells of no writes.
  private static let shortPause = Duration.milliseconds(100)

  public init(store: LocalStore, options: Options, executable: String, logger: Logger) {
    self.store = store
    self.options = options
    self.executable = executable
    self.logger = logger
  }

  /// Written to by whoever has submitted or cancelled a job. The database itself is written to before others can see
  /// what is new in it.
  private static let bellFile: FileName = "worker.bell"

  /// Wakes the worker of a store. One that does not hear it looks by itself after a second.
  static func ring(_ store: LocalStore) {
    guard let descriptor = try? store.root().file(bellFile, O_WRONLY | O_CREAT) else { return }
    _ = writeAll([0], to: descriptor)
    close(descriptor)
  }

  static func lockFile(_ store: LocalStore) -> String { store.folder + "/worker.lock" }

  /// Works until the queue is empty or the service is asked to shut down; then its jobs are stopped, to be taken up by
  /// the next worker.
  ///
  /// - Returns: false when another worker is at work already.
  /// - Throws: what the store failed with, once the jobs under way have ended: what could not be written of one of them, or
  ///   no job be taken. The next worker takes up what is left.
  public func run() async throws -> Bool {
    guard let lock = try await takeLock() else { return false }
    defer { withExtendedLifetime(lock) {} }
    try await store.write { db in
      try db.execute(sql: "INSERT OR REPLACE INTO worker (one, process) VALUES (1, ?)", arguments: [Int(getpid())])
    }
    let strangers = try await store.read { db in try StoredJob.strangers(db) }
    if strangers > 0 {
      logger.warning("\(strangers) rows of the table jobs have an invalid id, state or time: skipped")
    }
    try? store.blobCache().trim()
    let ceiling = options.parallel ?? CopyCeiling.jobs(memory: CopyCeiling.memory())
    logger.info("worker started", metadata: ["store": "\(store.folder)", "parallel": "\(ceiling)"])
    try await withGracefulShutdownHandler {
      try await work(RunningJobs(CopyRooms(options.limits, ceiling: ceiling)))
    } onGracefulShutdown: {
      isEnding.withLock { $0 = true }
      bell.ring()
    }
    logger.info("worker ends")
    return true
  }

  /// A probe by others holds the lock for a moment, and a worker that is ending a little longer.
  private func takeLock() async throws -> FileLock? {
    for _ in 0..<20 {
      if let lock = try FileLock.acquire(Self.lockFile(store)) { return lock }
      try await Task.sleep(for: .milliseconds(100))
    }
    return nil
  }

  // MARK: - The loop

  private func work(_ running: RunningJobs) async throws {
    let watch = FileWatch(store.folder, of: Self.bellFile.description) { [bell] in bell.ring() }
    defer { withExtendedLifetime(watch) {} }
    let pause = watch == nil ? min(pause, Self.shortPause) : pause
    let queue = QueueReader(store, running, longestPause: options.retry.backoff.limit)
    let orphans = try await orphans()
    await withDiscardingTaskGroup { group in
      func begin(_ process: JobProcess, _ body: @escaping @Sendable () async throws -> JobEnd) {
        running.begin(process)
        group.addTask {
          var end = JobEnd(end: .lost)
          do {
            end = try await body()
          } catch {
            logger.error("job \(process.claim.id) could not be completed, the next worker continues it: \(error)")
            running.note(error)
          }
          running.end(process, end)
          bell.ring()
        }
      }
      for orphan in orphans {
        let process = JobProcess(worker: self, claim: orphan, queue: queue)
        begin(process) { try await process.adopt() }
      }
      while true {
        var next = ContinuousClock.now + pause
        do {
          if shallEnd || running.failure != nil {
            if running.isEmpty { break }
          } else {
            while let claim = try await take(from: queue, &next) {
              let process = JobProcess(worker: self, claim: claim, queue: queue)
              begin(process) { try await process.run() }
            }
            if running.isEmpty, try await closeIfEmpty() { break }
          }
        } catch {
          logger.error("no more jobs are started, running ones continue: \(error)")
          running.note(error)
          continue
        }
        if !running.isEmpty { next = min(next, running.stopIfDue(await cancellations()) ?? next) }
        await bell.sleep(atMost: max(ContinuousClock.now.duration(to: next), .milliseconds(1)))
      }
    }
    if let failure = running.failure { throw failure }
    try await forget()
    if shallEnd { try await unregister() }
  }

  /// - Parameter next: when to look again, which may have to be sooner.
  private func take(from queue: QueueReader, _ next: inout ContinuousClock.Instant) async throws -> Claim? {
    let (claim, lookAgain) = try await queue.next()
    if let lookAgain { next = min(next, lookAgain) }
    return claim
  }

  /// Which of the jobs under way are to be stopped. A store that cannot be read just now is asked again after the pause.
  private func cancellations() async -> [JobID: String] {
    (try? await store.read { db in try StoredJob.cancellations(db) }) ?? [:]
  }

  /// Whether the worker was asked to end.
  var shallEnd: Bool { isEnding.withLock(\.self) }

  // MARK: - The queue

  /// Jobs that a worker which is gone left under way.
  private func orphans() async throws -> [Claim] {
    try await store.read { db in
      try JobID.fetchAll(
        db, sql: "SELECT id FROM jobs WHERE state IN ('STARTING', 'RUNNING') AND \(StoredJob.isJob)"
      ).compactMap { try Claim.fetch(db, $0) }
    }
  }

  /// From here on a new job starts a new worker: looking and saying so are one transaction.
  private func closeIfEmpty() async throws -> Bool {
    try await store.write { db in
      if try StoredJob.anyLive(db) { return false }
      try db.execute(sql: "DELETE FROM worker")
      return true
    }
  }

  private func unregister() async throws {
    try await store.write { db in try db.execute(sql: "DELETE FROM worker") }
  }

  /// Drops finished jobs, and their logs, beyond the newest 5,000, in the order they came, and those older than 30 days
  /// on which there were any.
  private func forget() async throws {
    let now = Date.now
    let gone = try await store.write { db in
      let oldest = try ActiveDays.oldest(db, of: "jobs", by: "created", days: 30, now: now) ?? .min
      return try DatabaseValue.fetchAll(
        db,
        sql: """
          DELETE FROM jobs WHERE state IN ('SUCCEEDED', 'FAILED') AND (created < ? OR id NOT IN (
            SELECT id FROM jobs ORDER BY rowid DESC LIMIT 5000)) RETURNING id
          """, arguments: [oldest])
    }
    for value in gone {
      // Whoever wrote another id may have meant a folder that is none of the store's.
      guard let id = JobID.fromDatabaseValue(value) else { continue }
      do throws(SystemError) {
        try store.removeJobFolder(id)
      } catch {
        logger.warning("the folder of the finished job \(id) could not be removed: \(error)")
      }
    }
  }
}
