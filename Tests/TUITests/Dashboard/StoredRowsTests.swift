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
      id: "job-\(number)", name: "adhoc-\(number)",
      request: JobRequest(
        origin: .adhoc, mirror: "docker.io/library/app:\(number)", source: "docker.io/library/app:\(number)",
        destinations: ["x.io/app:\(number)"]), state: state, created: Sample.now,
      progress: JobProgress(phase: .copying, bytes: .init(done: done, total: 100)))
  }

  @Test("Rows follow their jobs, and joining only what changed gives the same as joining all") func jobs() {
    var stored = StoredRows()
    stored.apply(entries: Self.entries, unreadable: [])
    let rounds: [[Job]] = [
      [], [Self.job(1, .runnable)], [Self.job(2, .running, done: 1), Self.job(1, .running, done: 10)],
      [Self.job(2, .running, done: 50), Self.job(1, .succeeded)], [Self.job(2, .failed), Self.job(1, .succeeded)],
    ]
    var list = RowList(columns: MirrorRow.columns, fields: MirrorRow.fields)
    for (round, jobs) in rounds.enumerated() {
      stored.apply(jobs: jobs)
      let load = stored.load(at: Sample.now)
      switch load.mirrors {
      case .all(let rows): list.replace(rows)
      case .changed(let changes):
        #expect(round > 0 && changes.count <= 2)
        list.update(changes)
      }
      let all = Snapshot.join(entries: Self.entries, jobs: jobs, lastSweep: nil, now: Sample.now).mirrors
      let isSame = list.rows == all.map { MirrorRow($0) }
      #expect(isSame)
      #expect(load.overview == Overview(list.rows))
      #expect(load.jobs.map(\.job) == jobs)
    }
  }

  @Test("A table read anew leaves the rows that say the same as they were, in whatever order it comes")
  func kept() throws {
    var stored = StoredRows()
    stored.apply(entries: Self.entries, unreadable: [])
    let before = try #require(stored.load(at: Sample.now).mirrors.all)
    var entries = Self.entries
    entries[1].enabled = false
    stored.apply(entries: entries.reversed().map(stored.held), unreadable: [])
    let changes = try #require(stored.load(at: Sample.now).mirrors.changed)
    #expect(changes.keys.sorted() == [1])
    #expect(changes[1]?.state == .disabled)
    entries.removeFirst()
    stored.apply(entries: entries, unreadable: [])
    let after = try #require(stored.load(at: Sample.now).mirrors.all)
    #expect(after.map(\.id) == entries.map(\.source))
    #expect(after[1] === before[2])
    stored.apply(entries: entries, unreadable: [UnreadableRow(source: "bad", reason: "it is")])
    let more = try #require(stored.load(at: Sample.now).mirrors.all)
    #expect(more.last?.id == "bad")
  }

  @Test(
    "Changed rows move, come and go in a list as if all had been read anew", arguments: ["", "copying", "!copying"])
  func updates(words: String) throws {
    func rows(_ states: [DestinationState]) -> [MirrorRow] {
      states.enumerated().map { MirrorRow(Sample.mirror("x.io/app:\($0)", to: ["y.io/app"], $1)) }
    }
    for sort in [0, 2] {
      var list = RowList(columns: MirrorRow.columns, fields: MirrorRow.fields)
      list.setSort(.init(column: sort, isDescending: true))
      list.setFilter(try Filter(words, fields: list.fields, now: Sample.now))
      let (before, after) = (rows([.drifted, .queued, .inSync]), rows([.copying, .queued, .failed]))
      list.replace(before)
      var whole = list
      list.update([0: after[0], 2: after[2], 9: after[0]])
      whole.replace(after)
      #expect(list.visible == whole.visible)
      let isSame = list.rows == whole.rows
      #expect(isSame)
    }
  }

  @Test("A row that ends while it is shown is joined again") func expiry() {
    var stored = StoredRows()
    var entry = Self.entries[0]
    entry.expires = Sample.now.addingTimeInterval(10)
    stored.apply(entries: [entry], unreadable: [UnreadableRow(source: "bad", reason: "it is")])
    #expect(stored.load(at: Sample.now).overview.counts.map(\.word) == ["unreadable", "unknown"])
    #expect(!stored.hasExpired(since: Sample.now.addingTimeInterval(9)))
    #expect(stored.hasExpired(since: Sample.now.addingTimeInterval(10)))
    #expect(stored.load(at: Sample.now.addingTimeInterval(10)).overview.counts.last?.word == "expired")
    #expect(!stored.hasExpired(since: Sample.now.addingTimeInterval(11)))
  }
}

extension Load.Rows {
  var all: [MirrorRow]? { if case .all(let rows) = self { rows } else { nil } }
  var changed: [Int: MirrorRow]? { if case .changed(let rows) = self { rows } else { nil } }
}
