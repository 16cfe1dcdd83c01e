import FoundationEssentials
import GRDB

/// How old something is, in days on which something happened: a clock that jumps by ten years makes nothing older than
/// one day more.
enum ActiveDays {
  private static let day: Int64 = 86_400_000

  /// The time (milliseconds since 1970) before which rows of a table have had their days.
  ///
  /// - Parameters:
  ///   - column: an indexed time.
  ///   - days: on so many days, and that of the newest row is one, something happened after what is too old; and so long
  ///     ago it was, as the clock stands.
  /// - Returns: nil where there were fewer such days.
  static func oldest(_ db: Database, of table: String, by column: String, days: Int, now: Date) throws -> Int64? {
    // One look into the index for each day.
    let first = try Int64.fetchOne(
      db,
      sql: """
        WITH RECURSIVE active (day, number) AS (
          SELECT MAX(\(column)) / \(day), 1 FROM \(table)
          UNION ALL
          SELECT (SELECT MAX(\(column)) / \(day) FROM \(table) WHERE \(column) < active.day * \(day)), number + 1
          FROM active WHERE number < ?1 AND day IS NOT NULL
        )
        SELECT day FROM active WHERE number = ?1
        """, arguments: [days])
    guard let first else { return nil }
    return min(first * day, (now - Double(days) * 86400).stored)
  }
}
