import FoundationEssentials
import GRDB
import Glibc
public import MirrorCore
import Support

/// The timer, the worker and the programs that a store needs.
public struct LocalAutomation: Automation {
  let store: LocalStore
  /// Paths, or names on the search path.
  let programs: [String]

  init(_ store: LocalStore, programs: [String]) {
    self.store = store
    self.programs = programs
  }

  /// One read.
  public var pace: Duration { .seconds(30) }

  public func status() async throws -> AutomationStatus {
    let stored = try await store.read { db in try StoredAutomation(db) }
    let path = SearchPath(getenv("PATH").map { String(cString: $0) } ?? "/usr/bin:/bin")
    let facts = AutomationFacts(
      stored: stored,
      // Where this user may not ask, nothing is wrong that could be told.
      isTimerAlive: FileLock.isHeld(LocalTimekeeper.lockFile(store), orElse: true),
      isWorkerAlive: FileLock.isHeld(LocalWorker.lockFile(store), orElse: true),
      hasRoom: !LocalStore.hasNoRoom(store.folder),
      missing: programs.filter { $0.contains("/") ? access($0, X_OK) != 0 : path.find($0) == nil },
      log: store.folder + "/worker.log")
    return facts.status(at: .now)
  }

  public func setTimer(isPaused: Bool) async throws {
    let now = Date.now.stored
    try await store.write { db in
      guard isPaused else { return try db.execute(sql: "DELETE FROM pause") }
      guard try StoredAutomation(db).timer != nil else {
        throw MirrorError(.notFound, "there is no timer here to pause; `ecrmirror run --every 15m` starts one")
      }
      try db.execute(sql: "INSERT OR IGNORE INTO pause (one, since) VALUES (1, ?)", arguments: [now])
    }
  }

  public func startRun() async throws -> StartedRun? { nil }
}

/// What a store says of its timer and its queue.
struct StoredAutomation: Sendable, Equatable {
  struct Timer: Sendable, Equatable {
    let process: Int
    let interval: Duration
    let next: Date
  }

  var timer: Timer?
  var pausedSince: Date?
  /// When the oldest job that has not ended was queued.
  var oldestJob: Date?
  /// That of the last run, over or not.
  var lease: RunLease?
  /// Tables whose one row says nothing that can be: it counts as not there.
  var nonsense: [String] = []
  /// Rows of the queue that are no jobs.
  var strangers = 0

  init(timer: Timer? = nil, pausedSince: Date? = nil, oldestJob: Date? = nil, lease: RunLease? = nil) {
    self.timer = timer
    self.pausedSince = pausedSince
    self.oldestJob = oldestJob
    self.lease = lease
  }

  init(_ db: Database) throws {
    if let row = try Row.fetchOne(db, sql: "SELECT * FROM timer") {
      timer = Timer(row)
      if timer == nil { nonsense.append("timer") }
    }
    if let value = try DatabaseValue.fetchOne(db, sql: "SELECT since FROM pause") {
      // That somebody wanted a pause is certain; since when is not.
      pausedSince = Date.fromStored(value) ?? Date(stored: 0)
      if Date.fromStored(value) == nil { nonsense.append("pause") }
    }
    oldestJob = try StoredJob.oldestLive(db)
    if let row = try Row.fetchOne(db, sql: "SELECT * FROM lease") {
      lease = RunLease(row)
      if lease == nil { nonsense.append("lease") }
    }
    strangers = try StoredJob.strangers(db)
  }
}

extension StoredAutomation.Timer {
  /// The longest interval that `run --every` takes.
  private static let longest: Int64 = 366 * 86_400_000

  /// - Returns: nil for what no timer writes.
  fileprivate init?(_ row: Row) {
    guard let process = Int32.fromDatabaseValue(row["process"]), process > 0,
      let interval = Int64.fromDatabaseValue(row["interval"]), (1...Self.longest).contains(interval),
      let next = Date.fromStored(row["next"])
    else { return nil }
    self.init(process: Int(process), interval: .milliseconds(interval), next: next)
  }
}
