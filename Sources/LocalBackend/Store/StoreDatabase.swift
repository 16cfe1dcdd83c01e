import CSQLite
import GRDB
import Glibc
import MirrorCore
import Support

/// The database of a store, as a process has it open.
struct StoreDatabase: Sendable {
  enum Form: Sendable {
    /// The file itself.
    case file
    /// A copy of the files as they were: SQLite can read a write-ahead log only beside an index that it may write.
    case copy
    /// Empty, where there is none.
    case nothing
  }

  let connections: any DatabaseWriter
  let form: Form
  /// Of the database and its write-ahead log, before they were opened.
  let stamps: [FileStamp?]
  /// Why it may not be changed; nil where it may.
  let readOnly: String?

  static func stamps(_ path: String) -> [FileStamp?] { [FileStamp(path), FileStamp(path + "-wal")] }

  // MARK: - To change it

  /// Opens the database, making it or bringing its schema up to date. One process at a time may do that.
  static func toChange(_ path: String) throws -> StoreDatabase {
    // SQLite would follow a link to create it.
    let made = open(path, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
    if made >= 0 { close(made) }
    var configuration = StoreLimits.configuration
    configuration.maximumReaderCount = 2
    let database = try DatabasePool(path: path, configuration: configuration)
    // A job that was acknowledged must be there after a power cut, which WAL promises only so; the pool sets it lower.
    try database.writeWithoutTransaction { db in try db.execute(sql: "PRAGMA synchronous = FULL") }
    try SchemaCheck.migrate(database, path)
    return StoreDatabase(connections: database, form: .file, stamps: stamps(path), readOnly: nil)
  }

  // MARK: - To look at it

  static func toLook(_ path: String, _ why: String) throws -> StoreDatabase {
    // While a program has it open to write, both are there; otherwise SQLite would make them.
    if access(path + "-wal", R_OK) == 0, access(path + "-shm", R_OK) == 0,
      let shared = try? shared(path, why)
    {
      return shared
    }
    return try copy(path, why)
  }

  private static func shared(_ path: String, _ why: String) throws -> StoreDatabase {
    var configuration = StoreLimits.configuration
    configuration.readonly = true
    configuration.maximumReaderCount = 2
    let stamps = stamps(path)
    let database = try DatabasePool(path: path, configuration: configuration)
    guard try SchemaCheck.isCurrent(database, path) else { throw DatabaseError(resultCode: .SQLITE_SCHEMA) }
    return StoreDatabase(connections: database, form: .file, stamps: stamps, readOnly: why)
  }

  static func empty(_ path: String, _ why: String) throws -> StoreDatabase {
    let stamps = stamps(path)
    let database = try DatabaseQueue(configuration: StoreLimits.configuration)
    try SchemaCheck.migrate(database, path)
    return StoreDatabase(connections: database, form: .nothing, stamps: stamps, readOnly: why)
  }

  /// Copies the files where nobody else can see them, and opens the copy; its names are gone when this returns.
  private static func copy(_ path: String, _ why: String) throws -> StoreDatabase {
    for _ in 0..<5 {
      let stamps = stamps(path)
      let parent = getenv("TMPDIR").map { String(cString: $0) } ?? ""
      let folder = try PrivateFolder(in: parent.hasPrefix("/") ? parent : "/tmp", for: "look")
      defer { folder.remove() }
      let name = folder.path + "/mirrors.db"
      try copyFile(path, to: name, limit: StoreLimits.copied)
      for suffix in ["-wal", "-journal"] where access(path + suffix, F_OK) == 0 {
        try copyFile(path + suffix, to: name + suffix, limit: StoreLimits.copied)
      }
      // Somebody wrote meanwhile: halves of two states may have been copied.
      guard stamps == Self.stamps(path) else { continue }
      let whole = try DatabaseQueue(path: name, configuration: StoreLimits.configuration)
      try SchemaCheck.migrate(whole, path)
      try whole.writeWithoutTransaction { db in
        _ = try Row.fetchAll(db, sql: "PRAGMA wal_checkpoint(TRUNCATE)")
        _ = try Row.fetchAll(db, sql: "PRAGMA journal_mode = DELETE")
      }
      try whole.close()
      var configuration = StoreLimits.configuration
      configuration.readonly = true
      let database = try DatabaseQueue(path: name, configuration: configuration)
      _ = try database.read { db in try Int.fetchOne(db, sql: "SELECT COUNT(*) FROM sqlite_schema") }
      return StoreDatabase(connections: database, form: .copy, stamps: stamps, readOnly: why)
    }
    throw MirrorError(
      .backend, "\(path) is being written to constantly, so no copy of it can be read",
      Outage(.locked, "try again"))
  }
}
