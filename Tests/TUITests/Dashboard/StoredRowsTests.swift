import FoundationEssentials
import MirrorCore
import Testing

@testable import TUI

@Suite struct StoredRowsTests {
  static let entries = (1...5).map {
    MirrorEntry(source: "docker.io/library/app:\($0)", destinations: ["x.io/app"])
  }

  static func job(_ number: Int, _ state: JobState, done: Int64 = 0) -> Job {
    Job(
      id: "job-\(number)", name: "adhoc-\(number)", origin: .adhoc, source: "docker.io/library/app:\(number)",
      destinations: ["x.io/app:\(number)"], state: state, created: Sample.now,
      progress: JobProgress(phase: .copying, bytes: .init(done: done, total: 100)))
  }

  @Test("Rows follow their jobs, and joining only what changed gives the same as joining all") func jobs() {
    var stored = StoredRows()
    stored.take(entries: Self.entries, unreadable: [])
    let rounds: [[Job]] = [
      [], [Self.job(1, .runnable)], [Self.job(2, .running, done: 1), Self.job(1, .running, done: 10)],
      [Self.job(2, .running, done: 50), Self.job(1, .succeeded)], [Self.job(2, .failed), Self.job(1, .succeeded)],
    ]
    for jobs in rounds {
      stored.take(jobs: jobs)
      let load = stored.load(at: Sample.now)
      let all = Snapshot.join(entries: Self.entries, jobs: jobs, lastSweep: nil, now: Sample.now)
      #expect(load.mirrors == all.mirrors.map { MirrorRow($0) })
      #expect(load.jobs.map(\.job) == jobs)
    }
  }

  @Test("A row that ends while it is shown is joined again") func expiry() {
    var stored = StoredRows()
    var entry = Self.entries[0]
    entry.expires = Sample.now.addingTimeInterval(10)
    stored.take(entries: [entry], unreadable: [UnreadableRow(source: "bad", reason: "it is")])
    #expect(stored.load(at: Sample.now).mirrors.map(\.word) == ["unknown", "unreadable"])
    #expect(!stored.hasExpired(since: Sample.now.addingTimeInterval(9)))
    #expect(stored.hasExpired(since: Sample.now.addingTimeInterval(10)))
    #expect(stored.load(at: Sample.now.addingTimeInterval(10)).mirrors[0].word == "expired")
    #expect(!stored.hasExpired(since: Sample.now.addingTimeInterval(11)))
  }
}
