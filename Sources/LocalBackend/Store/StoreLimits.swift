import CSQLite
import GRDB
import Glibc
import MirrorCore
import Support

/// What a database may do to whoever opens it, for others may have written it.
enum StoreLimits {
  /// What one look may take.
  static let reading = Duration.seconds(30)
  /// What one change may take: an import of 100,000 rows is one.
  static let writing = Duration.seconds(300)
  /// What SQLite's own test of the whole file may take.
  static let testing = Duration.seconds(120)
  /// Bytes of a value, at most; with more, the statement fails.
  private static let value: CInt = 100_000_000
  /// Bytes of one row, all columns together, at most: others are left out. A row of ours has some hundreds.
  static let row = 1 << 20
  /// Bytes of a key, at most: a reference has less than 1 KiB.
  static let key = 4096
  /// Bytes that are copied to be looked at, at most.
  static let copied = 4 << 30

  static var configuration: Configuration {
    var configuration = Configuration()
    configuration.busyMode = .timeout(15)
    configuration.prepareDatabase { db in
      if let connection = db.sqliteConnection {
        ecrmirror_distrust(connection)
        sqlite3_limit(connection, SQLITE_LIMIT_LENGTH, value)
        sqlite3_limit(connection, SQLITE_LIMIT_SQL_LENGTH, 1_000_000)
        sqlite3_limit(connection, SQLITE_LIMIT_ATTACHED, 0)
      }
      db.add(function: StoredJob.function)
      // Every page is looked at for damage when it is read.
      try db.execute(sql: "PRAGMA cell_size_check = ON")
      // KiB: a table is read from one end to the other, and the system keeps the file in memory anyway.
      try db.execute(sql: "PRAGMA cache_size = -256")
    }
    return configuration
  }

  /// A condition for rows that are not too large to be read.
  static func fits(_ columns: String...) -> String {
    let sizes = columns.map { "coalesce(length(CAST(\($0) AS BLOB)), 0)" }
    return "(\(sizes.joined(separator: " + ")) <= \(row))"
  }

  /// Runs statements, which are interrupted when they take longer together.
  static func within<Value>(_ limit: Duration, _ db: Database, _ body: () throws -> Value) throws -> Value {
    var deadline = nanoseconds() + UInt64(limit / .nanoseconds(1))
    return try withUnsafeMutablePointer(to: &deadline) { deadline in
      sqlite3_progress_handler(
        db.sqliteConnection, 10_000,
        { context in StoreLimits.isOver(context) ? 1 : 0 }, deadline)
      defer { sqlite3_progress_handler(db.sqliteConnection, 0, nil, nil) }
      return try body()
    }
  }

  private static func isOver(_ deadline: UnsafeMutableRawPointer?) -> Bool {
    deadline.map { nanoseconds() > $0.load(as: UInt64.self) } ?? false
  }

  /// Of a clock that does not jump.
  private static func nanoseconds() -> UInt64 {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
  }
}
