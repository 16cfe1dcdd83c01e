import FoundationEssentials
import GRDB
import MirrorCore
import Support

/// Jobs as rows of `jobs` and `attempts`.
///
/// A row that is no job, for somebody else wrote it, is left out everywhere: it is not run, and nothing on the disk goes
/// with it.
enum StoredJob {
  /// A condition for the rows that are jobs.
  static let isJob = """
    is_job(CAST(id AS BLOB), state, created) AND \(
      StoreLimits.fits("id", "name", "mirror", "source", "destinations", "run", "reason", "cancel", "progress"))
    """

  /// The tries of a job that can be read, by their numbers: many more than any job has.
  static let attemptNumbers = 1...1000

  /// What `isJob` calls: each connection gets it. The id comes as bytes, for SQLite's texts are read to their first NUL.
  static let function = DatabaseFunction("is_job", argumentCount: 3, pure: true) { values in
    id(values[0]) != nil && state(values[1]) != nil
      && Date.fromStored(values[2]) != nil
  }

  static func insert(_ db: Database, _ job: Job) throws {
    try db.execute(
      sql: """
        INSERT INTO jobs (id, name, origin, mirror, source, destinations, run, state, created)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
        """,
      arguments: [
        job.id, job.name, job.origin.rawValue, job.mirror, job.source, job.destinations.joined(separator: "\n"),
        job.run, job.state.rawValue, job.created.stored,
      ])
    try db.execute(sql: "INSERT INTO requests (job, rest) VALUES (?, ?)", arguments: [job.id, job.request.rest])
  }

  static func live(_ db: Database, source: String) throws -> Job? {
    try fetch(db, where: "source = ? AND \(isLive)", [source], limit: 1).first
  }

  static func anyLive(_ db: Database) throws -> Bool {
    try Bool.fetchOne(db, sql: "SELECT EXISTS (SELECT 1 FROM jobs WHERE \(isLive))") ?? false
  }

  /// When the oldest job that has not ended was queued.
  static func oldestLive(_ db: Database) throws -> Date? {
    try DatabaseValue.fetchOne(db, sql: "SELECT MIN(created) FROM jobs WHERE \(isLive)").flatMap(Date.fromStored)
  }

  private static let isLive = "state NOT IN ('SUCCEEDED', 'FAILED') AND \(isJob)"

  private static func id(_ bytes: DatabaseValue) -> JobID? {
    Data.fromDatabaseValue(bytes).flatMap { String(data: $0, encoding: .utf8) }.flatMap(JobID.init)
  }

  /// Rows that are no jobs.
  static func strangers(_ db: Database) throws -> Int {
    try Int.fetchOne(db, sql: "SELECT COUNT(*) FROM jobs WHERE NOT (\(isJob))") ?? 0
  }

  /// Ends rows that are no jobs and take a source's place in the queue.
  static func endStrangers(_ db: Database, source: String) throws {
    try db.execute(
      sql: """
        UPDATE jobs SET state = 'FAILED', reason = 'this row is not a job'
        WHERE source = ? AND state NOT IN ('SUCCEEDED', 'FAILED') AND NOT (\(isJob))
        """, arguments: [source])
  }

  /// Newest first.
  ///
  /// - Parameter limit: a negative one for all.
  static func fetch(
    _ db: Database, where condition: String, _ arguments: StatementArguments = [], limit: Int
  ) throws -> [Job] {
    let rows = try Row.fetchAll(
      db, sql: "SELECT * FROM jobs WHERE (\(condition)) AND \(isJob) ORDER BY created DESC, id LIMIT \(limit)",
      arguments: arguments)
    let ids = rows.compactMap { String.fromDatabaseValue($0["id"]) }
    let attempts = try attempts(db, of: ids)
    let rests = try rests(db, of: ids)
    return rows.compactMap { job($0, attempts, rests) }
  }

  /// The registries of a row with `source` and `destinations`: those of a job's first image.
  static func route(_ row: Row) -> CopyRoute {
    CopyRoute(
      sources: [String.fromDatabaseValue(row["source"]) ?? ""],
      destinations: (String.fromDatabaseValue(row["destinations"]) ?? "").split(separator: "\n").map(String.init))
  }

  /// The number of the job's next try.
  static func nextAttempt(_ db: Database, of job: JobID) throws -> Int {
    let last = try Int.fetchOne(
      db,
      sql: "SELECT MAX(number) FROM attempts WHERE job = ? AND typeof(number) = 'integer' AND number BETWEEN ? AND ?",
      arguments: [job, attemptNumbers.lowerBound, attemptNumbers.upperBound - 1])
    return (last ?? 0) + 1
  }

  /// Why somebody wants jobs stopped that are under way.
  static func cancellations(_ db: Database) throws -> [JobID: String] {
    let rows = try Row.fetchCursor(
      db, sql: "SELECT id, cancel FROM jobs WHERE state IN ('STARTING', 'RUNNING') AND cancel IS NOT NULL AND \(isJob)")
    var reasons: [JobID: String] = [:]
    while let row = try rows.next() {
      if let id = JobID.fromDatabaseValue(row["id"]) { reasons[id] = String.fromDatabaseValue(row["cancel"]) }
    }
    return reasons
  }

  /// What a job last said of itself.
  static func progress(_ db: Database, of job: JobID) throws -> JobProgress? {
    progress(try DatabaseValue.fetchOne(db, sql: "SELECT progress FROM jobs WHERE id = ?", arguments: [job]) ?? .null)
  }

  private static func progress(_ value: DatabaseValue) -> JobProgress? {
    String.fromDatabaseValue(value).flatMap { try? JSONDecoder().decode(JobProgress.self, from: Data($0.utf8)) }
  }

  private static func attempts(_ db: Database, of ids: [String]) throws -> [String: [JobAttempt]] {
    var result: [String: [JobAttempt]] = [:]
    try fetch(
      db, "SELECT * FROM attempts WHERE job IN (?) AND \(StoreLimits.fits("reason")) ORDER BY job, number", of: ids
    ) { job, row in
      if let attempt = attempt(row) { result[job, default: []].append(attempt) }
    }
    return result
  }

  /// What of the jobs' requests has no column, as it was written. Jobs of an earlier version have none.
  private static func rests(_ db: Database, of ids: [String]) throws -> [String: String] {
    var result: [String: String] = [:]
    // A store that may only be read can be of an earlier version.
    guard try db.tableExists("requests") else { return result }
    try fetch(db, "SELECT * FROM requests WHERE job IN (?) AND \(StoreLimits.fits("rest"))", of: ids) { job, row in
      result[job] = String.fromDatabaseValue(row["rest"])
    }
    return result
  }

  /// Reads rows that belong to some jobs.
  ///
  /// - Parameter sql: with `IN (?)` for the jobs.
  private static func fetch(
    _ db: Database, _ sql: String, of ids: [String], _ take: (String, Row) -> Void
  ) throws {
    // SQLite binds a bounded number of values in one statement.
    for start in stride(from: 0, to: ids.count, by: 500) {
      let some = ids[start..<min(start + 500, ids.count)]
      let marks = some.map { _ in "?" }.joined(separator: ",")
      let rows = try Row.fetchCursor(
        db, sql: sql.replacing("IN (?)", with: "IN (\(marks))"), arguments: StatementArguments(some))
      while let row = try rows.next() {
        if let job = String.fromDatabaseValue(row["job"]) { take(job, row) }
      }
    }
  }

  private static func attempt(_ row: Row) -> JobAttempt? {
    guard let number = Int.fromDatabaseValue(row["number"]), attemptNumbers.contains(number),
      let started = date(row, "started")
    else { return nil }
    return JobAttempt(
      number: number, started: started, stopped: date(row, "stopped"),
      exitCode: Int.fromDatabaseValue(row["exit_code"]), reason: String.fromDatabaseValue(row["reason"])?.masked)
  }

  private static func job(_ row: Row, _ attempts: [String: [JobAttempt]], _ rests: [String: String]) -> Job? {
    guard let id = JobID.fromDatabaseValue(row["id"])?.description,
      var state = state(row["state"]), let created = date(row, "created")
    else { return nil }
    // Kept as other versions know it: failed, for the reason that somebody gave for stopping it.
    let reason = String.fromDatabaseValue(row["reason"])
    if state == .failed, let reason, reason == String.fromDatabaseValue(row["cancel"]) { state = .cancelled }
    return Job(
      id: id, name: String.fromDatabaseValue(row["name"]) ?? "", request: request(row, rests[id]), state: state,
      reason: reason?.masked,
      created: created, started: date(row, "started"), stopped: date(row, "stopped"), attempts: attempts[id] ?? [],
      progress: progress(row["progress"]))
  }

  private static func request(_ row: Row, _ rest: String?) -> JobRequest {
    let source = String.fromDatabaseValue(row["source"]) ?? ""
    var request = JobRequest(
      origin: String.fromDatabaseValue(row["origin"]).flatMap(JobOrigin.init(rawValue:)) ?? .adhoc,
      mirror: String.fromDatabaseValue(row["mirror"]) ?? source, source: source,
      destinations: (String.fromDatabaseValue(row["destinations"]) ?? "").split(separator: "\n").map(String.init),
      run: String.fromDatabaseValue(row["run"]))
    if let rest { request.take(rest: rest) }
    return request
  }

  private static func state(_ value: DatabaseValue) -> JobState? {
    // The one state that no store has.
    String.fromDatabaseValue(value).flatMap(JobState.init(rawValue:)).flatMap { $0 == .cancelled ? nil : $0 }
  }

  private static func date(_ row: Row, _ column: String) -> Date? {
    Date.fromStored(row[column])
  }
}
