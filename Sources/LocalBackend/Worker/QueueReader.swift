import FoundationEssentials
import GRDB
import MirrorCore
import Support

/// Takes jobs out of a store's queue, for its one worker.
actor QueueReader {
  private let store: LocalStore
  private let running: RunningJobs
  /// Between tries.
  private let longestPause: Duration
  private var waits = RetryWaits()
  private var due = Due()
  /// A look that found nothing is not made again before: a queue that waits for a registry may be long.
  private var nextLook = ContinuousClock.now
  /// Whether somebody wanted a look before that: there may be something new.
  private var isLookOwed = false
  private var ended = 0

  /// A look in vain takes no more than this part of the time.
  private static let part = 10

  init(_ store: LocalStore, _ running: RunningJobs, longestPause: Duration) {
    self.store = store
    self.running = running
    self.longestPause = longestPause
  }

  /// Has a job wait for its next try, which is stored too, for the next worker.
  func wait(_ job: JobID, _ wait: Duration) { waits.add(job, until: .now + wait) }

  /// Takes the oldest job that may be tried now, and has a place at its registries.
  ///
  /// - Returns: with none, when to look again, whatever happens; nil where nothing falls due by itself. Jobs that wait for a
  ///   place are looked at when one ends, and new ones when they are heard of.
  func next() async throws -> (claim: Claim?, lookAgain: ContinuousClock.Instant?) {
    try await endWaits()
    // Each look says it anew.
    (pacedUntil, isLookOwed) = (nil, false)
    while running.hasRoom {
      guard let id = try await nextID() else { break }
      // Somebody may have stopped it meanwhile.
      if let claim = try await claim(id) { return (claim, nil) }
    }
    return (nil, [waits.next, pacedUntil, isLookOwed ? nextLook : nil].compactMap(\.self).min())
  }

  private var pacedUntil: ContinuousClock.Instant?

  private func nextID() async throws -> JobID? {
    let (rooms, now) = running.rooms
    var id = due.take { rooms.answer(to: $0, now: now) }
    if id == nil, try await look() { id = due.take { rooms.answer(to: $0, now: now) } }
    let passedOver = due.takePassedOver()
    running.note(passedOver)
    let wait = passedOver.compactMap { if case .paced(let wait) = $0 { wait } else { nil } }.min()
    pacedUntil = wait.map { .now + $0 }
    return id
  }

  /// - Returns: whether it was looked.
  private func look() async throws -> Bool {
    let began = ContinuousClock.now
    guard began >= nextLook || running.ended != ended else {
      isLookOwed = true
      return false
    }
    ended = running.ended
    let now = Date.now.stored
    let latest = now + Int64(longestPause / .milliseconds(1))
    let (rooms, instant) = running.rooms
    due = try await store.read { [waits] db in
      try Due(db, now, latest, but: waits) { rooms.answer(to: $0, now: instant) }
    }
    if due.jobs.isEmpty, !due.passedOver.isEmpty { nextLook = .now + began.duration(to: .now) * Self.part }
    return true
  }

  /// Jobs whose wait is over take their place in the order again.
  private func endWaits() async throws {
    let over = waits.over(at: .now)
    guard !over.isEmpty else { return }
    try await store.write { db in
      for job in over { try db.execute(sql: "UPDATE jobs SET not_before = 0 WHERE id = ?", arguments: [job]) }
    }
    waits.remove(over)
    due = Due()
  }

  private func claim(_ id: JobID) async throws -> Claim? {
    let now = Date.now.stored
    // Lost, it is taken once more: its job says by its lock that it lives.
    return try await store.note { db -> Claim? in
      try db.execute(sql: "UPDATE jobs SET state = 'RUNNABLE' WHERE state = 'SUBMITTED'")
      let number = try StoredJob.nextAttempt(db, of: id)
      try db.execute(
        sql: """
          UPDATE jobs SET state = 'STARTING', started = COALESCE(started, ?), progress = NULL
          WHERE id = ? AND state = 'RUNNABLE'
          """, arguments: [now, id])
      guard db.changesCount == 1 else { return nil }
      try db.execute(
        sql: "INSERT OR REPLACE INTO attempts (job, number, started) VALUES (?, ?, ?)", arguments: [id, number, now])
      return try Claim.fetch(db, id)
    }
  }
}
