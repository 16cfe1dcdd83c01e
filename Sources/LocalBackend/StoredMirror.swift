import FoundationEssentials
import GRDB
import MirrorCore
import OCIRegistry
import Support

/// Mirror entries as rows of `mirrors` and `observed`.
enum StoredMirror {
  static func fetch(_ db: Database, _ source: String) throws -> MirrorEntry? {
    guard
      let row = try Row.fetchOne(
        db, sql: "SELECT \(columns) FROM mirrors WHERE source = ? AND \(isRow)", arguments: [source])
    else {
      return nil
    }
    let rows = try Row.fetchAll(
      db, sql: "SELECT \(observations) FROM observed WHERE mirror = ? AND \(isObservation)", arguments: [source])
    var observed = Dictionary(rows.compactMap { observation($0) }, uniquingKeysWith: { $1 })
    try RetryRow.fetch(db, "mirror = ?", [source]) { _, destination, pause in observed[destination]?.retry = pause }
    return try entry(row, [source: observed])
  }

  /// The columns of `mirrors` as `entry` reads them.
  static let columns = "source, destinations, expires, enabled, tags, options, other"

  static func exists(_ db: Database, _ source: String) throws -> Bool {
    let statement = try db.cachedStatement(sql: "SELECT EXISTS (SELECT 1 FROM mirrors WHERE source = ?)")
    return try Bool.fetchOne(statement, arguments: [source]) ?? false
  }

  private static let isObservation = StoreLimits.fits(
    "mirror", "destination", "state", "source_digest", "digest", "error", "job", "converted_from", "converted_to")

  /// The columns of `observed` as `observation` reads them: to find each by its name takes longer than the rest.
  private static let observations = """
    mirror, destination, state, since, checked, source_digest, digest, error, job, converted_from, converted_to
    """

  /// What was seen, by row, for the rows after `from` up to `to`.
  static func observed(_ db: Database, from: String, to: String) throws -> [String: [String: Observed]] {
    var result: [String: [String: Observed]] = [:]
    let rows = try Row.fetchCursor(
      db, sql: "SELECT \(observations) FROM observed WHERE mirror > ? AND mirror <= ? AND \(isObservation)",
      arguments: [from, to])
    while let row = try rows.next() {
      guard let mirror = String.fromDatabaseValue(row[0]), let (destination, observed) = observation(row) else {
        continue
      }
      result[mirror, default: [:]][destination] = observed
    }
    try RetryRow.fetch(db, "mirror > ? AND mirror <= ?", [from, to]) { mirror, destination, pause in
      result[mirror]?[destination]?.retry = pause
    }
    return result
  }

  /// A condition for rows that can be read: their key is a text (bytes come after all texts) of which nothing is lost (it
  /// is read to its first NUL), and they are not too large.
  static let isRow = """
    source < x'' AND instr(CAST(source AS BLOB), x'00') = 0 AND length(CAST(source AS BLOB)) <= \(StoreLimits.key)
    AND \(StoreLimits.fits("destinations", "tags", "options", "other"))
    """

  /// The other rows, up to 100.
  static func unreadable(_ db: Database) throws -> [UnreadableRow] {
    try DatabaseValue.fetchAll(db, sql: "SELECT substr(source, 1, 200) FROM mirrors WHERE NOT (\(isRow)) LIMIT 100").map
    {
      let text = String.fromDatabaseValue($0) ?? ""
      return UnreadableRow(
        source: text.cleaned.shortened(to: 200),
        reason: "its source is not text, or the row is too large; remove it with sqlite3")
    }
  }

  // MARK: - Decoding

  /// - Throws: `MirrorError` when a column holds what it cannot; somebody else wrote it.
  static func entry(_ row: Row, _ observed: [String: [String: Observed]]) throws(MirrorError) -> MirrorEntry {
    guard let source = String.fromDatabaseValue(row[0]), let destinations = String.fromDatabaseValue(row[1])
    else { throw MirrorError(.backend, "its source or destination is not text; edit it with sqlite3 or remove it") }
    return MirrorEntry(
      source: source, destinations: destinations.split(separator: "\n").map(String.init),
      expires: try expiry(row), enabled: Bool.fromDatabaseValue(row[3]) ?? true, tags: try json(row, 4, "tags"),
      options: try json(row, 5, "options") ?? [:], observed: observed[source] ?? [:],
      other: try json(row, 6, "other") ?? [:])
  }

  private static func expiry(_ row: Row) throws(MirrorError) -> Date? {
    let value: DatabaseValue = row[2]
    if value.isNull { return nil }
    guard let date = Int64.fromDatabaseValue(value).flatMap({ Date(outside: Double($0)) }) else {
      throw MirrorError(.backend, "its expiry is not a time of the years 1 to 9999; set it again with `ecrmirror edit`")
    }
    return date
  }

  private static func json<Value: Decodable>(
    _ row: Row, _ index: Int, _ column: String
  ) throws(MirrorError) -> Value? {
    guard let text = String.fromDatabaseValue(row[index]) else { return nil }
    do {
      return try JSONDecoder().decode(Value.self, from: Data(text.utf8))
    } catch {
      throw MirrorError(.backend, "its \(column) cannot be read; set them again with `ecrmirror edit`")
    }
  }

  /// nil for what is no observation: it is looked at anew.
  private static func observation(_ row: Row) -> (String, Observed)? {
    guard let destination = String.fromDatabaseValue(row[1]),
      let state = String.fromDatabaseValue(row[2]).flatMap(DestinationState.init(rawValue:)),
      let since = Date.fromStored(row[3]), let checked = Date.fromStored(row[4])
    else { return nil }
    var observed = Observed(
      state: state, sourceDigest: digest(row, 5), digest: digest(row, 6), since: since, checked: checked,
      error: String.fromDatabaseValue(row[7]), job: String.fromDatabaseValue(row[8]))
    if let from = digest(row, 9), let to = digest(row, 10) {
      observed.converted = Conversion(from: from, to: to)
    }
    return (destination, observed)
  }

  private static func digest(_ row: Row, _ column: Int) -> Digest? {
    String.fromDatabaseValue(row[column]).flatMap { try? Digest($0) }
  }

  // MARK: - Writing

  static func write(_ db: Database, _ entry: MirrorEntry) throws {
    try db.cachedStatement(
      sql: """
        INSERT INTO mirrors (source, destinations, expires, enabled, tags, options, other) VALUES (?, ?, ?, ?, ?, ?, ?)
        ON CONFLICT (source) DO UPDATE SET destinations = excluded.destinations, expires = excluded.expires,
          enabled = excluded.enabled, tags = excluded.tags, options = excluded.options, other = excluded.other
        """
    ).execute(
      arguments: [
        entry.source, entry.destinations.joined(separator: "\n"),
        entry.expires.map { Int64($0.bounded.timeIntervalSince1970) },
        entry.enabled, try text(entry.tags), try text(entry.options.isEmpty ? nil : entry.options),
        try text(entry.other.isEmpty ? nil : entry.other),
      ])
  }

  private static func text(_ value: (some Encodable)?) throws -> String? {
    guard let value else { return nil }
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    return String(decoding: try encoder.encode(value), as: UTF8.self)
  }

  static func record(_ db: Database, _ source: String, _ change: ObservedChange) throws {
    for destination in change.remove {
      try db.execute(
        sql: "DELETE FROM observed WHERE mirror = ? AND destination = ?", arguments: [source, destination])
    }
    for (destination, seen) in change.set {
      try db.cachedStatement(
        sql: """
          INSERT OR REPLACE INTO observed (mirror, destination, state, source_digest, digest, since, checked, error, job,
            converted_from, converted_to) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
          """
      ).execute(
        arguments: [
          source, destination, seen.state.rawValue, seen.sourceDigest?.description, seen.digest?.description,
          seen.since.stored, seen.checked.stored, seen.error, seen.job, seen.converted?.from.description,
          seen.converted?.to.description,
        ])
      if let pause = seen.retry { try RetryRow.write(db, source, destination, pause) }
    }
  }
}
