import Foundation
import GRDB
import Logging
import MirrorCore
import Support
import Testing

@testable import LocalBackend

/// Clocks that jump, by times as a store may hold them.
@Suite(.timeLimit(.minutes(15)))
struct FalseTimeTests {
  private static let day = 86400.0
  private static let tenYears = 3650 * day
  let files: TemporaryStore

  init() throws {
    files = try TemporaryStore()
  }

  // MARK: - What is forgotten

  private static func oldest(_ times: [Double], days: Int = 30, now: Double) throws -> Double? {
    try DatabaseQueue().write { db in
      try db.execute(sql: "CREATE TABLE things (at INTEGER)")
      for time in times { try db.execute(sql: "INSERT INTO things VALUES (?)", arguments: [Int64(time * 1000)]) }
      return try ActiveDays.oldest(db, of: "things", by: "at", days: days, now: Date(timeIntervalSince1970: now))
        .map { Double($0) / 1000 }
    }
  }

  /// Two things on each day, the first of them day 0.
  private static func daily(_ days: Int) -> [Double] {
    (0..<days).flatMap { number -> [Double] in
      let start = Double(number) * day
      return [start + 100, start + 200]
    }
  }

  @Test("On as many days as are kept nothing is too old; from then on whole days are")
  func daily() throws {
    #expect(try Self.oldest([], now: 0) == nil)
    #expect(try Self.oldest(Self.daily(29), now: 29 * Self.day) == nil)
    #expect(try Self.oldest(Self.daily(100), now: 100 * Self.day) == 70 * Self.day)
  }

  @Test("A jump of the clock by ten years makes nothing too old, nor does its coming back")
  func jump() throws {
    let there = Self.daily(20) + [Self.tenYears + 100]
    #expect(try Self.oldest(there, now: Self.tenYears + 200) == nil)
    #expect(try Self.oldest(there, now: 20 * Self.day) == nil)
    #expect(try Self.oldest(Self.daily(20), now: Self.tenYears) == nil)
  }

  @Test("Days on which nothing happened do not count")
  func quiet() throws {
    let monthly = (0..<20).map { Double($0) * 30 * Self.day }
    #expect(try Self.oldest(monthly, now: 600 * Self.day) == nil)
    #expect(try Self.oldest(monthly, days: 5, now: 600 * Self.day) == 15 * 30 * Self.day)
  }

  @Test("As the clock stands it must have been as long ago, too")
  func behind() throws {
    #expect(try Self.oldest(Self.daily(100), now: 40 * Self.day) == 10 * Self.day)
  }

  @Test("History of before a jump is there after it")
  func history() async throws {
    let history = files.idle.history
    for at in [Date.now - 3600, .now + Self.tenYears, .now] {
      try await history.append(
        .run(
          RunRecord(
            id: "\(at.timeIntervalSince1970)", kind: .run, started: at, finished: at, mirrors: 0, found: [:],
            submitted: 0)))
    }
    #expect(try await history.items(of: nil, limit: 10).count == 3)
    let sweep = try #require(try await history.lastSweep())
    #expect(abs(sweep.timeIntervalSinceNow) < 600, "not one that is yet to come")
  }

  @Test("Of finished jobs those beyond 5,000 go in the order they came, whatever the clock said then")
  func jobs() async throws {
    try await files.store.write { db in
      for number in 0..<5002 {
        // The first came while the clock was ten years ahead.
        let created = Date.now + (number == 0 ? Self.tenYears : Double(number) / 1000)
        let job = Job(
          id: "job-\(number)", name: "n",
          request: JobRequest(
            origin: .adhoc, mirror: "r.example/\(number):1", source: "r.example/\(number):1", destinations: []),
          state: .succeeded, created: created)
        try StoredJob.insert(db, job)
      }
    }
    try await work()
    let left = try await files.idle.queue.jobs(finished: 6000).map(\.id)
    #expect(left.count == 5000)
    #expect(!left.contains("job-0") && !left.contains("job-1") && left.contains("job-2"))
  }

  // MARK: - Waits

  private func work(_ body: String = "exit 0", _ backoff: Backoff = Backoff(base: .zero, limit: .zero)) async throws {
    let worker = LocalWorker(
      store: files.store, options: LocalWorker.Options(retry: RetryRules(attempts: 3, backoff: backoff)),
      executable: try files.script(body), logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    #expect(try await worker.run())
  }

  @Test("A job that is to wait for longer than any pause between tries does not wait")
  func absurdWait() async throws {
    let job = try #require(try await files.idle.queue.submitted([request("r.example/a:1")]).first?.job)
    try await files.store.write { db in
      try db.execute(
        sql: "UPDATE jobs SET state = 'RUNNABLE', not_before = ?",
        arguments: [(Date.now + Self.tenYears).stored])
    }
    try await work("exit 0", Backoff(base: .seconds(10), limit: .seconds(300)))
    #expect(try await files.idle.queue.job(job.id)?.state == .succeeded)
  }

  @Test("A pause between tries ends by a clock that nobody sets, whatever is stored")
  func jumpsBack() async throws {
    let job = try #require(try await files.idle.queue.submitted([request("r.example/a:1")]).first?.job)
    // The stored time is put off at the first try: the wait is over all the same.
    let body = "test $AWS_BATCH_JOB_ATTEMPT = 2 || exit 1"
    let putOff = Task {
      // no wait: it is cancelled below, and nothing waits for it.
      while !Task.isCancelled {
        try await files.store.write { db in
          try db.execute(
            sql: "UPDATE jobs SET not_before = ? WHERE state = 'RUNNABLE' AND not_before > 0",
            arguments: [(Date.now + 200).stored])
        }
        try await Task.sleep(for: .milliseconds(5))
      }
    }
    try await work(body, Backoff(base: .milliseconds(500), limit: .seconds(300)))
    putOff.cancel()
    #expect(try await files.idle.queue.job(job.id)?.attempts.count == 2)
  }

  @Test("Waits are over when their time has come, and not before")
  func waits() throws {
    var waits = RetryWaits()
    let (now, a, b) = (ContinuousClock.now, try JobID(given: "a"), try JobID(given: "b"))
    waits.add(a, until: now + .seconds(1))
    waits.add(b, until: now + .seconds(3))
    #expect(waits.over(at: now).isEmpty && waits.contains(a))
    #expect(waits.over(at: now + .seconds(2)) == [a])
    waits.remove([a])
    #expect(!waits.contains(a) && waits.contains(b))
  }

  @Test("The time an attempt has taken is measured by a clock that nobody sets")
  func timeout() async throws {
    let job = try #require(try await files.idle.queue.submitted([request("r.example/a:1")]).first?.job)
    // It says it began in 1970, and began just now.
    try await files.store.write { db in
      try db.execute(
        sql: """
          CREATE TRIGGER past AFTER INSERT ON attempts BEGIN
            UPDATE attempts SET started = 0 WHERE job = NEW.job AND number = NEW.number;
          END
          """)
    }
    try await work("sleep 0.5")
    #expect(try await files.idle.queue.job(job.id)?.state == .succeeded)
  }
}
