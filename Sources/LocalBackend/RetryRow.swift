import FoundationEssentials
import GRDB
import MirrorCore
import Support

/// Pauses between tries as rows of `retries`.
enum RetryRow {
  private static let isRetry = StoreLimits.fits("mirror", "destination", "definition")

  /// Rows that are no pause are passed over.
  ///
  /// - Parameter take: is given row, destination and pause.
  static func fetch(
    _ db: Database, _ condition: String, _ arguments: StatementArguments, _ take: (String, String, RetryPause) -> Void
  ) throws {
    // A store that may only be read can be of an earlier version.
    guard try db.tableExists("retries") else { return }
    let rows = try Row.fetchCursor(
      db, sql: "SELECT * FROM retries WHERE \(condition) AND \(isRetry)", arguments: arguments)
    while let row = try rows.next() {
      guard let mirror = String.fromDatabaseValue(row["mirror"]),
        let destination = String.fromDatabaseValue(row["destination"]),
        let failures = Int.fromDatabaseValue(row["failures"]), failures > 0, let until = Date.fromStored(row["until"]),
        let definition = String.fromDatabaseValue(row["definition"])
      else { continue }
      take(mirror, destination, RetryPause(failures: failures, until: until, definition: definition))
    }
  }

  static func write(_ db: Database, _ mirror: String, _ destination: String, _ pause: RetryPause) throws {
    try db.execute(
      sql: "INSERT OR REPLACE INTO retries (mirror, destination, failures, until, definition) VALUES (?, ?, ?, ?, ?)",
      arguments: [mirror, destination, pause.failures, pause.until.stored, pause.definition])
  }
}
