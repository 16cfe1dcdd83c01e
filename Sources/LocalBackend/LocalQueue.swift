import FoundationEssentials
import GRDB
public import MirrorCore
import Support

/// The job queue in SQLite. Submitting sees to it that a worker lives.
public struct LocalQueue: JobQueue {
  let store: LocalStore
  private let launcher: WorkerLauncher

  public init(_ store: LocalStore, launcher: WorkerLauncher) {
    self.store = store
    self.launcher = launcher
  }

  public func submit(_ requests: [JobRequest]) async throws -> [Result<Submission, MirrorError>] {
    let now = Date.now
    let submissions = try await store.write { db in
      try requests.map { request in
        if let live = try StoredJob.live(db, source: request.source) { return Submission(job: live, isNew: false) }
        try StoredJob.endStrangers(db, source: request.source)
        let job = Job(
          id: UUID().uuidString.lowercased(), name: request.jobName, request: request, state: .submitted, created: now)
        try StoredJob.insert(db, job)
        return Submission(job: job, isNew: true)
      }
    }
    try await wake()
    return submissions.map(Result.success)
  }

  public func jobs(finished: Int) async throws -> [Job] {
    try await store.read { db in
      let live = try StoredJob.fetch(db, where: "state NOT IN ('SUCCEEDED', 'FAILED')", limit: -1)
      let ended =
        finished > 0 ? try StoredJob.fetch(db, where: "state IN ('SUCCEEDED', 'FAILED')", limit: finished) : []
      return (live + ended).sorted { $0.created > $1.created }
    }
  }

  public func job(_ id: String) async throws -> Job? {
    try await store.read { db in try StoredJob.fetch(db, where: "id = ?", [id], limit: 1).first }
  }

  public func cancel(_ id: String, reason: String) async throws -> Bool {
    let now = Date.now.stored
    let state = try await store.write { db -> JobState? in
      guard let job = try StoredJob.fetch(db, where: "id = ?", [id], limit: 1).first else { return nil }
      switch job.state {
      case .submitted, .pending, .runnable:
        try db.execute(
          sql: "UPDATE jobs SET state = 'FAILED', cancel = ?, reason = ?, stopped = ? WHERE id = ?",
          arguments: [reason, reason, now, id])
      case .starting, .running:
        try db.execute(sql: "UPDATE jobs SET cancel = ? WHERE id = ?", arguments: [reason, id])
      case .succeeded, .failed, .cancelled: break
      }
      return job.state
    }
    if state == .starting || state == .running { try await wake() }
    return state != nil
  }

  public func cancellation(of id: String) async throws -> String? {
    try await store.read { db in
      try String.fetchOne(db, sql: "SELECT cancel FROM jobs WHERE id = ?", arguments: [id])
    }
  }

  public func report(_ progress: JobProgress, job: String) async throws {
    let body = String(decoding: try JSONEncoder().encode(progress), as: UTF8.self)
    try await store.note { db in
      try db.execute(sql: "UPDATE jobs SET progress = ? WHERE id = ?", arguments: [body, job])
    }
  }

  public func wake() async throws {
    if store.readOnly != nil { return }
    let (isNeeded, isRegistered) = try await store.read { db in
      (
        try StoredJob.anyLive(db),
        try Bool.fetchOne(db, sql: "SELECT EXISTS (SELECT 1 FROM worker)") ?? false
      )
    }
    guard isNeeded else { return }
    // A worker that is about to end takes its row out first; the row of one that crashed stays, but not its lock.
    if isRegistered && FileLock.isHeld(LocalWorker.lockFile(store)) {
      LocalWorker.ring(store)
      return
    }
    try await launcher.launch(for: store)
  }

  public func revision() async throws -> Int64? {
    try await store.revision(of: "queue")
  }
}
