import FoundationEssentials
import GRDB
import Glibc
import MirrorCore
import Support

/// One folder (mode 0700) that holds an installation on this machine: `mirrors.db`, a folder for each job, and locks.
///
/// Many processes may have it open at once: dashboards, `run`, the worker, jobs.
public final class LocalStore: Sendable {
  public let folder: String
  private let opened: Lock<Opened>
  private let seen = Lock(Seen())

  private struct Opened: Sendable {
    var database: DatabasePool
    /// The file that was opened.
    var file: FileStamp?
  }

  /// Databases whose file another one took the place of. They stay open for good: closing the last connection deletes
  /// the write-ahead log by its name, which is the other one's by then.
  private static let replaced = Lock<[DatabasePool]>([])

  /// Opens the folder, making it where there is none.
  ///
  /// - Throws: `MirrorError.backend` saying what in the folder cannot be used.
  public init(folder: String) throws {
    self.folder = folder
    do {
      try Self.makeFolder(folder + "/jobs")
      opened = Lock(try Self.open(in: folder))
    } catch let error as MirrorError {
      throw error
    } catch let error as DatabaseError {
      throw Self.failure(error, of: folder)
    } catch {
      throw MirrorError(
        .backend, "the store \(folder) cannot be opened: \(error)",
        Outage(.unusable, "another one can be named with --local DIR"))
    }
  }

  private static func open(in folder: String) throws -> Opened {
    // One process at a time creates the file and brings its schema up to date.
    let lock = try lock(folder + "/schema.lock")
    return try withExtendedLifetime(lock) {
      let path = database(of: folder)
      let database = try open(path)
      return Opened(database: database, file: FileStamp(path))
    }
  }

  private static func open(_ path: String) throws -> DatabasePool {
    var configuration = Configuration()
    configuration.busyMode = .timeout(15)
    configuration.maximumReaderCount = 2
    configuration.prepareDatabase { db in
      // A job that was acknowledged must be there after a power cut, which WAL promises only so.
      db.add(function: JobRow.function)
      try db.execute(sql: "PRAGMA synchronous = FULL")
      // KiB: a table is read from one end to the other, and the system keeps the file in memory anyway.
      try db.execute(sql: "PRAGMA cache_size = -256")
    }
    let database = try DatabasePool(path: path, configuration: configuration)
    chmod(path, 0o600)
    let isNewer = try database.read { db in try LocalSchema.migrator.hasBeenSuperseded(db) }
    if isNewer {
      throw MirrorError(
        .backend, "\(path) was written by a newer ecrmirror", Outage(.unusable, "use that one, or another --local DIR"))
    }
    try LocalSchema.migrator.migrate(database)
    return database
  }

  private static func makeFolder(_ path: String) throws(SystemError) {
    var partial = path.hasPrefix("/") ? "" : "."
    for part in path.split(separator: "/") {
      partial += "/\(part)"
      if mkdir(partial, 0o700) != 0 && errno != EEXIST { throw SystemError("make the folder \(partial)") }
    }
  }

  /// Waits up to 15 s for a lock that others hold for moments only.
  private static func lock(_ path: String) throws -> FileLock {
    for _ in 0..<1500 {
      if let lock = try FileLock.acquire(path) { return lock }
      usleep(10_000)
    }
    throw MirrorError(
      .backend, "\(path) is held by another process that does not let go of it",
      Outage(.locked, "end that process, or name another folder with --local"))
  }

  // MARK: - Access

  func read<Value: Sendable>(_ body: @escaping @Sendable (Database) throws -> Value) async throws -> Value {
    try await translated { try await database().read(body) }
  }

  /// One transaction that holds the write lock from its start.
  func write<Value: Sendable>(_ body: @escaping @Sendable (Database) throws -> Value) async throws -> Value {
    try await translated { try await database().write(body) }
  }

  /// The database that is there now: of a file that was deleted nobody reads, and nothing written to it would be kept.
  private func database() throws -> DatabasePool {
    let file = try stamp()
    let before = opened.withLock(\.self)
    if let known = before.file, known.isSameFile(as: file) { return before.database }
    let now = try Self.open(in: folder)
    let unused = opened.withLock { opened -> DatabasePool in
      // Another task may have been faster.
      guard opened.database === before.database else { return now.database }
      opened = now
      return before.database
    }
    Self.replaced.withLock { $0.append(unused) }
    return opened.withLock(\.database)
  }

  private func stamp() throws -> FileStamp {
    let path = Self.database(of: folder)
    if let stamp = FileStamp(path) { return stamp }
    if access(path, F_OK) != 0, errno == EACCES {
      throw MirrorError(
        .backend, "the store \(path) cannot be reached: this user may not look into its folder",
        Outage(.unusable, "let this user read and write it, or name another folder with --local"))
    }
    throw MirrorError(
      .backend, "the store \(path) is gone",
      Outage(.gone, "put it back, or leave and start again to begin a new one"))
  }

  /// What SQLite finds wrong with the database, in its words; empty where nothing is. Reads all of it.
  public func faults() async throws -> [String] {
    let said = try await read { db in try String.fetchAll(db, sql: "PRAGMA quick_check(5)") }
    return said == ["ok"] ? [] : said
  }

  /// The database of a store in a folder.
  public static func database(of folder: String) -> String { folder + "/mirrors.db" }

  private func translated<Value: Sendable>(_ body: () async throws -> Value) async throws -> Value {
    do {
      return try await body()
    } catch let error as DatabaseError {
      throw Self.failure(error, of: folder)
    }
  }

  private static func failure(_ error: DatabaseError, of folder: String) -> MirrorError {
    let outage: Outage? =
      switch error.resultCode {
      case .SQLITE_FULL: Outage(.full, "make room there")
      case .SQLITE_IOERR: Outage(.unusable, "see whether the disk is full or the folder may be written to")
      case .SQLITE_BUSY, .SQLITE_LOCKED: Outage(.locked, "end the other process that holds it, or try again")
      case .SQLITE_CORRUPT, .SQLITE_NOTADB: Outage(.unusable, "restore the file, or name another folder with --local")
      case .SQLITE_READONLY, .SQLITE_CANTOPEN, .SQLITE_PERM:
        Outage(.unusable, "it must be writable for this user, or name another folder with --local")
      default: nil
      }
    return MirrorError(
      .backend, "the store \(folder)/mirrors.db failed: \(error.message ?? "\(error.resultCode)")", outage)
  }

  /// The number that the triggers raise at each change of a part: `table`, `queue` or `history`.
  ///
  /// While the database's files are as they were, what was read before is the answer: a dashboard that is open all day
  /// wakes nobody. Files that changed just now are not trusted so.
  ///
  /// - Throws: `MirrorError.backend` also where the database was deleted.
  func revision(of part: String) async throws -> Int64? {
    let stamps = [try stamp(), FileStamp(folder + "/mirrors.db-wal")]
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
