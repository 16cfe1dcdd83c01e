import FoundationEssentials
import GRDB
import MirrorCore
import Support

/// Jobs as rows of `jobs` and `attempts`.
enum JobRow {
  static func insert(_ db: Database, _ job: Job, mirror: String) throws {
    try db.execute(
      sql: """
        INSERT INTO jobs (id, name, origin, mirror, source, destinations, run, state, created)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
        """,
      arguments: [
        job.id, job.name, job.origin.rawValue, mirror, job.source, job.destinations.joined(separator: "\n"), job.run,
        job.state.rawValue, job.created.stored,
      ])
  }

  static func live(_ db: Database, source: String) throws -> Job? {
    try fetch(db, where: "source = ? AND state NOT IN ('SUCCEEDED', 'FAILED')", [source], limit: 1).first
  }

  static func anyLive(_ db: Database) throws -> Bool {
    try Bool.fetchOne(
      db, sql: "SELECT EXISTS (SELECT 1 FROM jobs WHERE state NOT IN ('SUCCEEDED', 'FAILED'))") ?? false
  }

  /// Newest first.
  ///
  /// - Parameter limit: a negative one for all.
  static func fetch(
    _ db: Database, where condition: String, _ arguments: StatementArguments = [], limit: Int
  ) throws -> [Job] {
    let rows = try Row.fetchAll(
      db, sql: "SELECT * FROM jobs WHERE \(condition) ORDER BY created DESC, id LIMIT \(limit)", arguments: arguments)
    let ids = rows.compactMap { String.fromDatabaseValue($0["id"]) }
    let attempts = try attempts(db, of: ids)
    return rows.compactMap { job($0, attempts) }
  }

  private static func attempts(_ db: Database, of ids: [String]) throws -> [String: [JobAttempt]] {
    var result: [String: [JobAttempt]] = [:]
    // SQLite binds a bounded number of values in one statement.
    for start in stride(from: 0, to: ids.count, by: 500) {
      let some = ids[start..<min(start + 500, ids.count)]
      let marks = some.map { _ in "?" }.joined(separator: ",")
      let rows = try Row.fetchCursor(
        db, sql: "SELECT * FROM attempts WHERE job IN (\(marks)) ORDER BY job, number",
        arguments: StatementArguments(some))
      while let row = try rows.next() {
        guard let job = String.fromDatabaseValue(row["job"]), let attempt = attempt(row) else { continue }
        result[job, default: []].append(attempt)
      }
    }
    return result
  }

  private static func attempt(_ row: Row) -> JobAttempt? {
    guard let number = Int.fromDatabaseValue(row["number"]), let started = date(row, "started") else { return nil }
    return JobAttempt(
      number: number, started: started, stopped: date(row, "stopped"),
      exitCode: Int.fromDatabaseValue(row["exit_code"]), reason: String.fromDatabaseValue(row["reason"]))
  }

  private static func job(_ row: Row, _ attempts: [String: [JobAttempt]]) -> Job? {
    guard let id = String.fromDatabaseValue(row["id"]),
      let state = String.fromDatabaseValue(row["state"]).flatMap(JobState.init(rawValue:)),
      let created = date(row, "created")
    else { return nil }
    let progress = String.fromDatabaseValue(row["progress"]).flatMap {
      try? JSONDecoder().decode(JobProgress.self, from: Data($0.utf8))
    }
    return Job(
      id: id, name: String.fromDatabaseValue(row["name"]) ?? "",
      origin: String.fromDatabaseValue(row["origin"]).flatMap(JobOrigin.init(rawValue:)) ?? .adhoc,
      source: String.fromDatabaseValue(row["source"]) ?? "",
      destinations: (String.fromDatabaseValue(row["destinations"]) ?? "").split(separator: "\n").map(String.init),
      run: String.fromDatabaseValue(row["run"]), state: state, reason: String.fromDatabaseValue(row["reason"]),
      created: created, started: date(row, "started"), stopped: date(row, "stopped"), attempts: attempts[id] ?? [],
      progress: progress)
  }

  private static func date(_ row: Row, _ column: String) -> Date? {
    Int64.fromDatabaseValue(row[column]).map(Date.init(stored:))
  }
}
