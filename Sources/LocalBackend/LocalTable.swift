import FoundationEssentials
import GRDB
public import MirrorCore
import OCIRegistry
import Support

/// The mirror table in SQLite.
public struct LocalTable: MirrorTable {
  /// Rows of a page: as many as are in memory at once, for whoever keeps none.
  static let pageSize = 500

  let store: LocalStore

  public init(_ store: LocalStore) {
    self.store = store
  }

  public func page(after cursor: String?) async throws -> TablePage {
    try await store.read { db in
      // A key is never empty: an empty cursor comes before all of them. What has no key is none.
      let rows = try Row.fetchAll(
        db,
        sql:
          "SELECT \(StoredMirror.columns) FROM mirrors WHERE source > ? AND \(StoredMirror.isRow) ORDER BY source LIMIT ?",
        arguments: [cursor ?? "", Self.pageSize])
      var page = TablePage(entries: [])
      if rows.count < Self.pageSize { page.unreadable = try StoredMirror.unreadable(db) }
      guard let last = rows.last.flatMap({ String.fromDatabaseValue($0[0]) }) else { return page }
      let observed = try StoredMirror.observed(db, from: cursor ?? "", to: last)
      for row in rows {
        do throws(MirrorError) {
          page.entries.append(try StoredMirror.entry(row, observed))
        } catch {
          page.unreadable.append(
            UnreadableRow(
              source: (String.fromDatabaseValue(row[0]) ?? "").cleaned, reason: error.description))
        }
      }
      if rows.count == Self.pageSize { page.next = last }
      return page
    }
  }

  public func entry(_ source: String) async throws -> MirrorEntry? {
    try await store.read { db in try StoredMirror.fetch(db, source) }
  }

  public func write(_ changes: [RowChange]) async throws {
    try await store.write { db in
      for change in changes { try Self.apply(change, db) }
    }
  }

  private static func apply(_ change: RowChange, _ db: Database) throws {
    guard let old = change.old else {
      guard let new = change.new else { return }
      if try StoredMirror.exists(db, new.source) {
        throw MirrorError.alreadyThere(new.source)
      }
      return try StoredMirror.write(db, new)
    }
    guard let now = try StoredMirror.fetch(db, old.source) else {
      throw MirrorError.removedMeanwhile(old.source)
    }
    guard old.hasSameDefinition(as: now) else { throw MirrorError.changedMeanwhile(old.source) }
    guard let new = change.new else {
      return try db.execute(sql: "DELETE FROM mirrors WHERE source = ?", arguments: [old.source])
    }
    try StoredMirror.write(db, new)
    // What was seen is not the editor's to change, only to forget.
    let forgotten = Set(old.observed.keys).subtracting(new.observed.keys)
    try StoredMirror.record(db, old.source, ObservedChange(remove: forgotten))
  }

  @discardableResult
  public func record(_ changes: [String: ObservedChange]) async throws -> [String: MirrorError] {
    try await store.write { db in
      for (source, change) in changes where try StoredMirror.exists(db, source) {
        try StoredMirror.record(db, source, change)
      }
      return [:]
    }
  }

  public func revision() async throws -> Int64? {
    try await store.revision(of: "table")
  }
}
