import GRDB
import Glibc
import MirrorCore
import Support

/// What a job process holds while it works on a job of a local store: no second process can work on it, and a worker can
/// tell that it lives.
public final class JobLock: Sendable {
  private let store: LocalStore
  private let job: JobID
  private let attempt: Int
  private let lock: FileLock

  private init(store: LocalStore, job: JobID, attempt: Int, lock: FileLock) {
    self.store = store
    self.job = job
    self.attempt = attempt
    self.lock = lock
  }

  static let name: FileName = "lock"

  /// Enters the job: it is `RUNNING` from here on.
  ///
  /// - Returns: nil when this attempt is not the job's current one any more: it was given up as dead meanwhile.
  /// - Throws: `MirrorError.notFound` for what is no job's id.
  public static func enter(_ store: LocalStore, job: String, attempt: Int) async throws -> JobLock? {
    let job = try JobID(given: job)
    guard let folder = try store.jobFolder(job), let lock = try await acquire(folder) else { return nil }
    let leader = ProcessIdentity(of: getpgrp())
    let isCurrent = try await store.note { db in
      try db.execute(
        sql: """
          UPDATE attempts SET process = ?3 WHERE job = ?1 AND number = ?2 AND stopped IS NULL
            AND number = (SELECT MAX(number) FROM attempts WHERE job = ?1)
            AND (SELECT state FROM jobs WHERE id = ?1) = 'STARTING'
          """, arguments: [job, attempt, leader?.number])
      guard db.changesCount == 1 else { return false }
      if let leader {
        try db.execute(
          sql: "INSERT OR REPLACE INTO leaders (job, number, began, boot) VALUES (?, ?, ?, ?)",
          arguments: [job, attempt, Int64(clamping: leader.started), leader.boot])
      }
      try db.execute(sql: "UPDATE jobs SET state = 'RUNNING', reason = NULL WHERE id = ?", arguments: [job])
      return true
    }
    return isCurrent ? JobLock(store: store, job: job, attempt: attempt, lock: lock) : nil
  }

  /// A worker's probe holds the lock for a moment.
  private static func acquire(_ folder: OpenFolder) async throws -> FileLock? {
    for _ in 0..<10 {
      if let lock = try folder.lock(name) { return lock }
      try await Task.sleep(for: .milliseconds(50))
    }
    return nil
  }

  /// Leaves the exit code for a worker that was not there to see it.
  public func leave(exitCode: Int) async throws {
    try await store.note { [job, attempt] db in
      try db.execute(
        sql: "UPDATE attempts SET exit_code = ? WHERE job = ? AND number = ?", arguments: [exitCode, job, attempt])
    }
  }
}
