import FoundationEssentials
import GRDB
import Glibc
public import MirrorCore
public import Support

/// One folder (mode 0700) that holds an installation on this machine: `mirrors.db`, a folder for each job, and locks.
///
/// Many processes may have it open at once: dashboards, `run`, the worker, jobs. Whoever may not write it can look at it.
public final class LocalStore: Sendable {
  public let folder: String
  /// Whether it was opened only to be looked at.
  private let isLook: Bool
  private let opened: Lock<StoreDatabase>
  private let seen = Lock(Seen())

  /// Databases whose file another one took the place of. They stay open for good: closing the last connection deletes
  /// the write-ahead log by its name, which is the other one's by then.
  private static let replaced = Lock<[StoreDatabase]>([])

  /// Opens the folder, making it where there is none.
  ///
  /// - Parameter readOnly: whether to change nothing, as for a look; nothing is made then.
  /// - Throws: `MirrorError.backend` saying what in the folder cannot be used, or why it is not trusted.
  public init(folder: String, readOnly: Bool = false) throws {
    self.folder = folder
    isLook = readOnly
    do {
      opened = Lock(try Self.open(in: folder, readOnly: readOnly))
    } catch let error as MirrorError {
      throw error
    } catch let error as DatabaseError {
      throw Self.failure(error, of: folder)
    } catch let error as SystemError where error.code == ENOSPC || error.code == EDQUOT {
      throw MirrorError(
        .backend, "the store \(folder) cannot be opened: \(error)", Outage(.full, "free some space there"))
    } catch {
      throw MirrorError(
        .backend, "the store \(folder) cannot be opened: \(error)",
        Outage(.unusable, "name another one with --local DIR"))
    }
  }

  /// Whether a folder holds a store, or something that keeps one from being seen.
  public static func isThere(_ folder: String) -> Bool {
    access(database(of: absolute(folder)), F_OK) == 0 || errno != ENOENT
  }

  /// Who else could change a folder of this user's, or what is in it; nil where nobody can.
  public static func fault(of folder: String) -> PathFault? { StoreAccess.fault(of: absolute(folder)) }

  /// Why nothing in it is changed; nil where it may be.
  public var readOnly: String? { opened.withLock(\.readOnly) }

  private static func open(in folder: String, readOnly: Bool) throws -> StoreDatabase {
    let access = try StoreAccess.find(absolute(folder), readOnly: readOnly)
    let path = database(of: folder)
    switch access {
    case .change:
      // One process at a time creates the file and brings its schema up to date.
      let lock = try lock(folder + "/schema.lock")
      return try withExtendedLifetime(lock) { try StoreDatabase.toChange(path) }
    case .look(let why): return try StoreDatabase.toLook(path, why)
    case .nothing(let why): return try StoreDatabase.empty(path, why)
    }
  }

  private static func absolute(_ folder: String) -> String {
    folder.hasPrefix("/") ? folder : FileManager.default.currentDirectoryPath + "/" + folder
  }

  /// Waits up to 15 s for a lock that others hold for moments only.
  private static func lock(_ path: String) throws -> FileLock {
    for _ in 0..<1500 {
      if let lock = try FileLock.acquire(path) { return lock }
      usleep(10_000)
    }
    throw MirrorError(
      .backend, "\(path) is locked by another process that does not release it",
      Outage(.locked, "end that process, or name another folder with --local"))
  }

  // MARK: - Access

  func read<Value: Sendable>(_ body: @escaping @Sendable (Database) throws -> Value) async throws -> Value {
    try await read(within: StoreLimits.reading, body)
  }

  private func read<Value: Sendable>(
    within limit: Duration, _ body: @escaping @Sendable (Database) throws -> Value
  ) async throws -> Value {
    try await translated {
      try await database().connections.read { db in try StoreLimits.within(limit, db) { try body(db) } }
    }
  }

  /// One transaction that holds the write lock from its start.
  ///
  /// - Throws: `MirrorError.refused` where the store is only looked at.
  func write<Value: Sendable>(_ body: @escaping @Sendable (Database) throws -> Value) async throws -> Value {
    try await change(waiting: "FULL", body)
  }

  /// The same for what may be lost where the power goes: nothing is waited for, and nothing else is put at risk.
  func note<Value: Sendable>(_ body: @escaping @Sendable (Database) throws -> Value) async throws -> Value {
    try await change(waiting: "NORMAL", body)
  }

  /// - Parameter level: what is waited for, as SQLite has it. Each transaction says it for itself: one that is cancelled
  ///   cannot set it back for those after it.
  private func change<Value: Sendable>(
    waiting level: String, _ body: @escaping @Sendable (Database) throws -> Value
  ) async throws -> Value {
    try await translated {
      let database = try database()
      if let why = database.readOnly { throw Self.refusal(folder, why) }
      return try await database.connections.writeWithoutTransaction { db in
        try db.execute(sql: "PRAGMA synchronous = \(level)")
        var value: Value?
        try db.inTransaction(.immediate) {
          value = try StoreLimits.within(StoreLimits.writing, db) { try body(db) }
          return .commit
        }
        guard let value else { throw DatabaseError(resultCode: .SQLITE_ABORT) }
        return value
      }
    }
  }

  /// Why a store that is only looked at is not changed.
  public static func refusal(_ folder: String, _ why: String) -> MirrorError {
    MirrorError(.refused, "the store \(folder) is read-only (\(why)): nothing is changed")
  }

  /// The database that is there now: of a file that was deleted nobody reads, and nothing written to it would be kept.
  private func database() throws -> StoreDatabase {
    let before = opened.withLock(\.self)
    let stamps = StoreDatabase.stamps(Self.database(of: folder))
    switch before.form {
    case .file:
      guard let file = stamps[0] else { throw gone() }
      if let known = before.stamps[0], known.isSameFile(as: file) { return before }
    case .copy:
      if stamps[0] == nil { throw gone() }
      if stamps == before.stamps { return before }
    case .nothing:
      if stamps[0] == nil { return before }
    }
    let now = try Self.open(in: folder, readOnly: isLook)
    let unused = opened.withLock { opened -> StoreDatabase in
      // Another task may have been faster.
      guard opened.connections === before.connections else { return now }
      opened = now
      return before
    }
    if unused.form == .file { Self.replaced.withLock { $0.append(unused) } }
    return opened.withLock(\.self)
  }

  private func gone() -> MirrorError {
    let path = Self.database(of: folder)
    if access(path, F_OK) != 0, errno == EACCES {
      return MirrorError(
        .backend, "the store \(path) cannot be reached: this user has no access to its folder",
        Outage(.unusable, "give this user read and write access, or name another folder with --local"))
    }
    return MirrorError(
      .backend, "the store \(path) is gone",
      Outage(.gone, "restore it, or quit and start again to create a new one"))
  }

  /// What SQLite finds wrong with the database, in its words; empty where nothing is. Reads all of it.
  public func faults() async throws -> [String] {
    let said = try await read(within: StoreLimits.testing) { db in
      try String.fetchAll(db, sql: "PRAGMA quick_check(5)")
    }
    return said == ["ok"] ? [] : said
  }

  /// The database of a store in a folder.
  public static func database(of folder: String) -> String { folder + "/mirrors.db" }

  private func translated<Value: Sendable>(_ body: () async throws -> Value) async throws -> Value {
    do {
      return try await body()
    } catch let error as DatabaseError {
      throw Self.failure(error, of: folder)
    } catch let error as RowDecodingError {
      throw MirrorError(
        .backend,
        "the store \(folder)/mirrors.db holds data that cannot be read: \("\(error)".cleaned.shortened(to: 200))",
        Outage(.unusable, "check what wrote it; restore a backup, or name another folder with --local"))
    }
  }

  private static func failure(_ error: DatabaseError, of folder: String) -> MirrorError {
    let outage: Outage? =
      switch error.resultCode {
      case .SQLITE_FULL: Outage(.full, "free some space there")
      // Where a file cannot be made SQLite says that it cannot be opened, whatever the reason.
      case .SQLITE_IOERR,
        .SQLITE_CANTOPEN where hasNoRoom(folder):
        Outage(.full, "free some space there")
      case .SQLITE_INTERRUPT: Outage(.unusable, "it took too long: check what wrote it, and the health of its disk")
      case .SQLITE_TOOBIG: Outage(.unusable, "check what wrote it, and delete rows with such values with sqlite3")
      case .SQLITE_IOERR: Outage(.unusable, "check whether the disk is full and the folder is writable")
      case .SQLITE_BUSY, .SQLITE_LOCKED: Outage(.locked, "end the other process that locks it, or try again")
      case .SQLITE_CORRUPT, .SQLITE_NOTADB: Outage(.unusable, "restore the file, or name another folder with --local")
      case .SQLITE_READONLY, .SQLITE_CANTOPEN, .SQLITE_PERM:
        Outage(.unusable, "make it writable for this user, or name another folder with --local")
      default: nil
      }
    return MirrorError(
      .backend, "the store \(folder)/mirrors.db failed: \(error.message ?? "\(error.resultCode)")", outage)
  }

  /// What one transaction may write.
  private static let leastBytes: UInt64 = 1 << 20

  /// Whether its file system has no room for data, or for one more file.
  static func hasNoRoom(_ folder: String) -> Bool {
    var system = statvfs()
    guard statvfs(folder, &system) == 0 else { return false }
    // Some file systems count no files.
    let free = UInt64(system.f_bavail).multipliedReportingOverflow(by: UInt64(system.f_frsize))
    return (free.partialValue < leastBytes && !free.overflow) || (system.f_files > 0 && system.f_favail == 0)
  }

  /// The number that the triggers raise at each change of a part: `table`, `queue` or `history`.
  ///
  /// While the database's files are as they were, what was read before is the answer: a dashboard that is open all day
  /// wakes nobody. Files that changed just now are not trusted so.
  ///
  /// - Throws: `MirrorError.backend` also where the database was deleted.
  func revision(of part: String) async throws -> Int64? {
    let stamps = StoreDatabase.stamps(Self.database(of: folder))
    if stamps[0] == nil { _ = try database() }
    let isSettled = stamps.allSatisfy { $0?.isSettled ?? true }
    let known = seen.withLock { seen -> Int64? in
      seen.stamps == stamps && seen.isSettled ? seen.revisions[part] : nil
    }
    if let known { return known }
    let revisions = try await read { db in
      try Row.fetchAll(db, sql: "SELECT part, revision FROM revisions").reduce(into: [String: Int64]()) {
        if let part = String.fromDatabaseValue($1["part"]) { $0[part] = Int64.fromDatabaseValue($1["revision"]) }
      }
    }
    seen.withLock { $0 = Seen(stamps: stamps, isSettled: isSettled, revisions: revisions) }
    return revisions[part]
  }

  private struct Seen: Sendable {
    /// Before the revisions were read.
    var stamps: [FileStamp?] = []
    /// Whether any change since gives other stamps.
    var isSettled = false
    var revisions: [String: Int64] = [:]
  }

  // MARK: - Folders of jobs

  /// The folder itself, to which links may lead; in it none is followed.
  func root() throws(SystemError) -> OpenFolder {
    guard let path = realpath(folder, nil) else { throw SystemError("open the folder \(folder)") }
    defer { free(path) }
    return try OpenFolder(String(cString: path))
  }

  private func jobs() throws(SystemError) -> OpenFolder { try root().folder("jobs") }

  /// nil where there is none, as before a job's first try.
  func jobFolder(_ id: JobID) throws(SystemError) -> OpenFolder? {
    do throws(SystemError) {
      return try jobs().folder(id.fileName)
    } catch  where error.code == ENOENT {
      return nil
    }
  }

  func makeJobFolder(_ id: JobID) throws(SystemError) -> OpenFolder { try jobs().makeFolder(id.fileName) }

  /// What skopeo remembers of blobs, for all jobs of the store.
  public func blobCache() throws -> BlobCache {
    // Not by the path that was given: a link may lead there.
    BlobCache(folder: try root().makeFolder("skopeo").path)
  }

  /// The pace that all jobs of the store keep together with a registry.
  ///
  /// - Parameter registry: its name, as a reference has it.
  public func pace(of registry: String, bytesPerSecond: Int64) throws -> SharedPace {
    let name = "pace-" + registry.map { $0.isLetter || $0.isNumber || $0 == "." || $0 == "-" ? $0 : "_" }
    return try SharedPace(file: try root().makeFolder("pace").path + "/" + name, bytesPerSecond: bytesPerSecond)
  }

  func removeJobFolder(_ id: JobID) throws(SystemError) { try jobs().remove(id.fileName) }
}

/// Times are stored as whole milliseconds since 1970.
extension Date {
  init(stored milliseconds: Int64) {
    self.init(milliseconds: milliseconds)
  }

  /// - Returns: nil for what is no time from 1970 to the year 9999: nobody stored it.
  static func fromStored(_ value: DatabaseValue) -> Date? {
    guard case .int64(let milliseconds) = value.storage, (0...253_402_300_799_999).contains(milliseconds) else {
      return nil
    }
    return Date(stored: milliseconds)
  }

  var stored: Int64 { milliseconds }
}
