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
    /// Jobs at once, 1 or more.
    public var parallel: Int
    /// An attempt that takes longer is stopped.
    public var timeout: Duration
    /// Between SIGTERM and SIGKILL.
    public var grace: Duration
    public var retry: RetryRules

    public init(
      parallel: Int = 2, timeout: Duration = .seconds(6 * 3600), grace: Duration = .seconds(30),
      retry: RetryRules = RetryRules()
    ) {
      self.parallel = max(parallel, 1)
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
  private let isEnding = Lock(false)
  private let waits = Lock(RetryWaits())

  /// How often the queue is looked at while there is work: a look is one indexed read.
  static let pause = Duration.milliseconds(100)

  public init(store: LocalStore, options: Options, executable: String, logger: Logger) {
    self.store = store
    self.options = options
    self.executable = executable
    self.logger = logger
  }

  static func lockFile(_ store: LocalStore) -> String { store.folder + "/worker.lock" }

  /// Works until the queue is empty or the service is asked to shut down; then its jobs are stopped, to be taken up by
  /// the next worker.
  ///
  /// - Returns: false when another worker is at work already.
  public func run() async throws -> Bool {
    guard let lock = try await takeLock() else { return false }
    defer { withExtendedLifetime(lock) {} }
    try await store.write { db in
      try db.execute(sql: "INSERT OR REPLACE INTO worker (one, process) VALUES (1, ?)", arguments: [Int(getpid())])
    }
    let strangers = try await store.read { db in try StoredJob.strangers(db) }
    if strangers > 0 {
      logger.warning("\(strangers) rows of the table jobs are no jobs, for their id, state or time is none: left out")
    }
    logger.info("worker started", metadata: ["store": "\(store.folder)", "parallel": "\(options.parallel)"])
    try await withGracefulShutdownHandler {
      try await work()
    } onGracefulShutdown: {
      isEnding.withLock { $0 = true }
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

  private func work() async throws {
    let running = Lock(0)
    try await withThrowingTaskGroup(of: Void.self) { group in
      func begin(_ body: @escaping @Sendable () async throws -> Void) {
        running.withLock { $0 += 1 }
        group.addTask {
          defer { running.withLock { $0 -= 1 } }
          try await body()
        }
      }
      for orphan in try await orphans() {
        begin { try await JobProcess(worker: self, claim: orphan).adopt() }
      }
      while true {
        if isEnding.withLock(\.self) {
          if running.withLock({ $0 == 0 }) { break }
        } else if running.withLock({ $0 < options.parallel }), let claim = try await claim() {
          begin { try await JobProcess(worker: self, claim: claim).run() }
          continue
        } else if running.withLock({ $0 == 0 }), try await closeIfEmpty() {
          break
        }
        try await Task.sleep(for: Self.pause)
      }
      try await group.waitForAll()
    }
    try await forget()
    if isEnding.withLock(\.self) { try await unregister() }
  }

  /// Whether the worker was asked to end.
  var shallEnd: Bool { isEnding.withLock(\.self) }

  // MARK: - The queue

  /// Has a job wait for its next try, which is stored too, for the next worker.
  func wait(_ job: JobID, _ wait: Duration) {
    waits.withLock { $0.add(job, until: .now + wait) }
  }

  /// Takes the oldest job that may be tried now.
  private func claim() async throws -> Claim? {
    let now = Date.now.stored
    let waits = self.waits.withLock(\.self)
    let over = waits.over(at: .now)
    let latest = now + Int64(options.retry.backoff.limit / .milliseconds(1))
    // Only to look takes no lock that others wait for.
    let isDue = try await store.read { db in try Self.due(db, now, latest, but: waits) != nil }
    guard isDue || !over.isEmpty else { return nil }
    let claim = try await store.write { db -> Claim? in
      try db.execute(sql: "UPDATE jobs SET state = 'RUNNABLE' WHERE state = 'SUBMITTED'")
      for job in over { try db.execute(sql: "UPDATE jobs SET not_before = 0 WHERE id = ?", arguments: [job]) }
      var waits = waits
      waits.remove(over)
      guard let id = try Self.due(db, now, latest, but: waits) else { return nil }
      let number = try StoredJob.nextAttempt(db, of: id)
      try db.execute(
        sql: "UPDATE jobs SET state = 'STARTING', started = COALESCE(started, ?), progress = NULL WHERE id = ?",
        arguments: [now, id])
      try db.execute(
        sql: "INSERT OR REPLACE INTO attempts (job, number, started) VALUES (?, ?, ?)", arguments: [id, number, now])
      return try Claim.fetch(db, id)
    }
    self.waits.withLock { $0.remove(over) }
    return claim
  }

  /// The oldest job that may be tried. No wait is longer than the longest pause between tries: what is stored says more
  /// where a clock was wrong.
  private static func due(_ db: Database, _ now: Int64, _ latest: Int64, but waits: RetryWaits) throws -> JobID? {
    let ids = try JobID.fetchCursor(
      db,
      sql: """
        SELECT id FROM jobs WHERE (state = 'SUBMITTED'
          OR (state = 'RUNNABLE' AND (not_before <= ?1 OR not_before > ?2))) AND \(StoredJob.isJob) ORDER BY created, id
        """, arguments: [now, latest])
    while let id = try ids.next() {
      if !waits.contains(id) { return id }
    }
    return nil
  }

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
        logger.warning("the folder of job \(id), which is over, stays: \(error)")
      }
    }
  }
}
