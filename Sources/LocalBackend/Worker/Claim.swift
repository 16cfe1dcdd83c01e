import FoundationEssentials
import GRDB
import MirrorCore
import Support

/// A job that a worker holds.
struct Claim: Sendable {
  /// The order's.
  let id: JobID
  /// What the job's process is given, with the number of its attempt.
  let order: JobOrder
  let started: Date
  /// The process of an attempt that has begun, which leads a session.
  let process: ProcessIdentity?

  var route: CopyRoute { CopyRoute(order.request) }

  static func fetch(_ db: Database, _ id: JobID) throws -> Claim? {
    guard let job = try StoredJob.fetch(db, where: "id = ?", [id], limit: 1).first, let attempt = job.attempts.last
    else {
      return nil
    }
    let row = try Row.fetchOne(
      db,
      sql: """
        SELECT process, began, boot FROM attempts LEFT JOIN leaders USING (job, number) WHERE job = ? AND number = ?
        """,
      arguments: [id, attempt.number])
    return Claim(
      id: id, order: JobOrder(id: job.id, attempt: attempt.number, request: job.request), started: attempt.started,
      process: row.flatMap(ProcessIdentity.init(stored:)))
  }
}

extension ProcessIdentity {
  /// nil for what a store of an earlier version says, which is not enough to signal anybody.
  fileprivate init?(stored row: Row) {
    guard let number = Int32.fromDatabaseValue(row["process"]), let boot = String.fromDatabaseValue(row["boot"]),
      let began = Int64.fromDatabaseValue(row["began"]).flatMap(UInt64.init(exactly:))
    else { return nil }
    self.init(number: number, started: began, boot: boot)
  }
}
