import GRDB
import MirrorCore

/// The jobs of the queue that may be tried next, and what those before them wait for.
struct Due: Sendable {
  struct Job: Sendable {
    let id: JobID
    let route: CopyRoute
  }

  /// The oldest first.
  private(set) var jobs: [Job] = []
  /// Why older ones may not begin yet, each answer once.
  private(set) var passedOver: [CopyRooms.Answer] = []

  /// Jobs of one look, at most: a look goes through the whole queue, to put it in order.
  private static let most = 64

  init() {}

  /// Finds the oldest. No wait is longer than the longest pause between tries: what is stored says more where a clock was
  /// wrong.
  ///
  /// - Parameters:
  ///   - now: milliseconds since 1970.
  ///   - latest: when the longest pause between tries would end.
  ///   - answer: whether there is a place for a job.
  init(
    _ db: Database, _ now: Int64, _ latest: Int64, but waits: RetryWaits,
    answer: (CopyRoute) -> CopyRooms.Answer
  ) throws {
    let rows = try Row.fetchCursor(
      db,
      sql: """
        SELECT id, source, destinations FROM jobs WHERE (state = 'SUBMITTED'
          OR (state = 'RUNNABLE' AND (not_before <= ?1 OR not_before > ?2))) AND \(StoredJob.isJob) ORDER BY created, id
        """, arguments: [now, latest])
    while jobs.count < Self.most, let row = try rows.next() {
      guard let id = JobID.fromDatabaseValue(row["id"]), !waits.contains(id) else { continue }
      let route = StoredJob.route(row)
      let answer = answer(route)
      switch answer {
      case .free: jobs.append(Job(id: id, route: route))
      case .full: return
      case .busy, .paced: note(answer)
      }
    }
  }

  /// Takes out the first that may begin.
  mutating func take(_ answer: (CopyRoute) -> CopyRooms.Answer) -> JobID? {
    for (index, job) in jobs.enumerated() {
      let answer = answer(job.route)
      if answer == .free { return jobs.remove(at: index).id }
      note(answer)
    }
    return nil
  }

  private mutating func note(_ answer: CopyRooms.Answer) {
    if !passedOver.contains(answer) { passedOver.append(answer) }
  }

  mutating func takePassedOver() -> [CopyRooms.Answer] {
    defer { passedOver = [] }
    return passedOver
  }
}
