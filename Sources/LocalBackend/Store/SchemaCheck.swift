import GRDB
import MirrorCore
import Support

/// Whether what a database holds is what `LocalSchema` makes: tables that are tables, and no view, trigger or index that
/// would have its reader do something else.
enum SchemaCheck {
  struct Entry: Hashable {
    let kind: String
    let name: String
    let table: String
    /// Without comments, and with single spaces.
    let definition: String
  }

  /// Brings a database up to date.
  ///
  /// - Throws: `MirrorError` for one of a newer program, or with something that no program of ours makes.
  static func migrate(_ database: some DatabaseWriter, _ path: String) throws {
    if try isCurrent(database, path) { return }
    try LocalSchema.migrator.migrate(database)
    guard try isCurrent(database, path) else { throw refusal(path, "lacks tables that it must have") }
  }

  /// Whether all is there.
  ///
  /// - Throws: as `migrate`.
  static func isCurrent(_ database: some DatabaseReader, _ path: String) throws -> Bool {
    try database.unsafeRead { db in
      try StoreLimits.within(StoreLimits.reading, db) {
        let (found, expected) = (try entries(db, path), try expected.get())
        if let known = found.first(where: { $0.name == migrations }) {
          guard expected.contains(known) else { throw refusal(path, "has \(known.words) that is not ecrmirror's") }
          if try LocalSchema.migrator.hasBeenSuperseded(db) {
            throw MirrorError(
              .backend, "\(path) was written by a newer ecrmirror",
              Outage(.unusable, "use that version, or another --local DIR"))
          }
        }
        if let stranger = found.subtracting(expected).min(by: { $0.name < $1.name }) {
          throw refusal(path, "has \(stranger.words) that is not ecrmirror's")
        }
        return found == expected
      }
    }
  }

  private static let migrations = "grdb_migrations"
  /// Many more than there are.
  private static let most = 500

  private static let expected = Result {
    let database = try DatabaseQueue()
    try LocalSchema.migrator.migrate(database)
    return try database.read { db in try entries(db, "") }
  }

  /// Without what SQLite keeps for itself.
  private static func entries(_ db: Database, _ path: String) throws -> Set<Entry> {
    let rows = try Row.fetchAll(
      db,
      sql: """
        SELECT type, name, tbl_name, substr(sql, 1, 65536) AS sql FROM sqlite_schema
        WHERE substr(name, 1, 7) <> 'sqlite_' LIMIT ?
        """, arguments: [most])
    guard rows.count < most else { throw refusal(path, "has \(most) tables or more") }
    return Set(
      rows.map { row in
        Entry(
          kind: text(row, "type"), name: text(row, "name"), table: text(row, "tbl_name"),
          definition: normal(text(row, "sql")))
      })
  }

  private static func text(_ row: Row, _ column: String) -> String { String.fromDatabaseValue(row[column]) ?? "" }

  private static func normal(_ sql: String) -> String {
    sql.split(separator: "\n").map { line in
      // No text of ours holds two dashes.
      line.firstRange(of: "--").map { line[..<$0.lowerBound] } ?? line
    }
    .joined(separator: " ").split(whereSeparator: \.isWhitespace).joined(separator: " ")
  }

  private static func refusal(_ path: String, _ why: String) -> MirrorError {
    MirrorError(
      .backend, "\(path) \(why)",
      Outage(.unusable, "check what wrote it; restore a backup, or name another folder with --local"))
  }
}

extension SchemaCheck.Entry {
  fileprivate var words: String { "a \(kind.cleaned.shortened(to: 20)) \(name.cleaned.shortened(to: 80))" }
}
