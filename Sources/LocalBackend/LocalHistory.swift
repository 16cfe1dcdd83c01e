public import FoundationEssentials
import GRDB
public import MirrorCore
import Support

/// History and the run lease in SQLite.
public struct LocalHistory: History {
  let store: LocalStore
  /// What leases are held against.
  private let now: @Sendable () -> Date

  public init(_ store: LocalStore, now: @escaping @Sendable () -> Date = { .now }) {
    self.store = store
    self.now = now
  }

  public func append(_ item: HistoryItem) async throws {
    let body = String(decoding: try JSONEncoder().encode(item), as: UTF8.self)
    let (kind, mirror, job): (String, String?, String?) =
      switch item {
      case .job(let record): ("job", record.mirror, record.job)
      case .run(let record): (record.kind.rawValue, nil, nil)
      }
    let now = Date.now
    try await store.write { db in
      // Each attempt of a job writes the item anew: one item for each job.
      try db.execute(
        sql: "INSERT OR REPLACE INTO history (at, kind, mirror, job, body) VALUES (?, ?, ?, ?, ?)",
        arguments: [item.at.stored, kind, mirror, job, body])
      if let oldest = try ActiveDays.oldest(db, of: "history", by: "at", days: HistoryItem.days, now: now) {
        try db.execute(sql: "DELETE FROM history WHERE at < ?", arguments: [oldest])
      }
    }
  }

  private static let isItem = "\(StoreLimits.fits("body")) AND typeof(body) = 'text'"

  public func items(of mirror: String?, limit: Int) async throws -> [HistoryItem] {
    // Kept all the same until so many days saw anything happen: the clock may be wrong just now.
    let oldest = (Date.now - HistoryItem.kept.seconds).stored
    let bodies = try await store.read { db in
      try String.fetchAll(
        db,
        sql: """
          SELECT body FROM history WHERE (?1 IS NULL OR mirror = ?1) AND at >= ?3 AND \(Self.isItem)
          ORDER BY at DESC, sequence DESC LIMIT ?2
          """, arguments: [mirror, limit, oldest])
    }
    let decoder = JSONDecoder()
    return bodies.compactMap { try? decoder.decode(HistoryItem.self, from: Data($0.utf8)) }
  }

  public func lastSweep() async throws -> Date? {
    // One of a time that is yet to come tells nothing: the clock was wrong.
    let latest = (Date.now + 86400).stored
    let body = try await store.read { db in
      try String.fetchOne(
        db,
        sql: """
          SELECT body FROM history WHERE kind <> 'job' AND at <= ? AND \(Self.isItem) ORDER BY at DESC LIMIT 1
          """, arguments: [latest])
    }
    guard let body, case .run(let record) = try? JSONDecoder().decode(HistoryItem.self, from: Data(body.utf8)) else {
      return nil
    }
    return record.started
  }

  public func acquire(_ lease: RunLease) async throws -> RunLease? {
    let now = now()
    return try await store.write { db in
      if let other = try RunLease.stored(db), other.run != lease.run, other.isLive(at: now) { return other }
      try db.execute(
        sql: "INSERT OR REPLACE INTO lease (one, run, holder, expires) VALUES (1, ?, ?, ?)",
        arguments: [lease.run, lease.holder, lease.expires.stored])
      return nil
    }
  }

  public func release(run: String) async throws {
    try await store.write { db in
      try db.execute(sql: "DELETE FROM lease WHERE run = ?", arguments: [run])
    }
  }

  public func lease() async throws -> RunLease? {
    try await store.read { db in try RunLease.stored(db) }.flatMap { $0.isLive(at: now()) ? $0 : nil }
  }

  public func deferrals() async throws -> Deferrals {
    let stored = try await store.read { db -> [String: Date] in
      // A store that may only be read can be of an earlier version.
      guard try db.tableExists("deferrals") else { return [:] }
      let rows = try Row.fetchAll(db, sql: "SELECT registry, until FROM deferrals")
      return rows.reduce(into: [:]) { stored, row in
        if let registry = String.fromDatabaseValue(row["registry"]) { stored[registry] = Date.fromStored(row["until"]) }
      }
    }
    return Deferrals(stored: stored, at: now())
  }

  public func setDeferral(of registry: String, until: Date?) async throws {
    try await store.write { db in
      guard let until else {
        return try db.execute(sql: "DELETE FROM deferrals WHERE registry = ?", arguments: [registry])
      }
      try db.execute(
        sql: "INSERT OR REPLACE INTO deferrals (registry, until) VALUES (?, ?)", arguments: [registry, until.stored])
    }
  }

  public func revision() async throws -> Int64? {
    try await store.revision(of: "history")
  }
}

extension RunLease {
  /// The lease in a store, over or not; nil where nobody took it, or it was given back, or what is there is no lease.
  static func stored(_ db: Database) throws -> RunLease? {
    try Row.fetchOne(db, sql: "SELECT * FROM lease").flatMap(RunLease.init)
  }

  /// - Returns: nil for a row that no run writes.
  init?(_ row: Row) {
    guard let run = String.fromDatabaseValue(row["run"]), let holder = String.fromDatabaseValue(row["holder"]),
      let expires = Date.fromStored(row["expires"])
    else { return nil }
    self.init(run: run, holder: holder, expires: expires)
  }
}
