import FoundationEssentials
import MirrorCore
import Support
import Terminal
import Testing

@testable import TUI

/// Jobs that work one beside another are one thing: how far it is, and how it ended.
@Suite struct JobBatchTests {
  /// - Parameter states: of jobs that were queued a minute ago, by number.
  private static func rows(_ states: [JobState], created: Double = 60) -> [JobRow] {
    states.enumerated().map { number, state in
      JobRow(
        Job(
          id: "job-\(number)", name: "adhoc-\(number)",
          request: JobRequest(
            origin: .adhoc, mirror: "r.example/a:\(number)", source: "r.example/a:\(number)",
            destinations: ["d.example/a:\(number)"]), state: state, created: Sample.ago(created),
          stopped: state.isLive ? nil : Sample.now))
    }
  }

  private static func load(_ states: [JobState], created: Double = 60) -> Event {
    .loaded(Load(at: Sample.now, mirrors: Sample.mirrors, jobs: rows(states, created: created), lastSweep: nil))
  }

  private func state(_ states: [JobState]) -> State {
    var state = Sample.state(load: nil)
    _ = state.reduce(Self.load(states))
    return state
  }

  @Test("While jobs work the overview line tells how many are over, how many failed and how long the rest takes")
  func underWay() {
    var state = state(Array(repeating: .runnable, count: 6))
    #expect(state.render().grid.text.contains("0/6 · 0 failed"))
    _ = state.reduce(Self.load([.succeeded, .failed, .running, .runnable, .runnable, .runnable]))
    // Two in a minute, and four to go.
    #expect(state.render().grid.text.contains("2/6 · 2m left · 1 failed"))
    #expect(state.messages.isEmpty)
  }

  @Test("At its end one message says how it went") func end() {
    var state = state([.running, .runnable, .runnable])
    _ = state.reduce(Self.load([.succeeded, .running, .runnable]))
    _ = state.reduce(Self.load([.succeeded, .failed, .cancelled]))
    #expect(
      state.messages.map(\.text) == [
        "3 jobs finished in 1m: 1 done, 1 failed, 1 cancelled; see the problems for the reasons"
      ])
    #expect(state.messages.first?.severity == .warning)
    _ = state.reduce(Self.load([.succeeded, .failed, .cancelled]))
    #expect(state.messages.count == 1 && state.batch == nil)
    #expect(!state.render().grid.text.contains("3/3"))
  }

  @Test("Jobs that began and ended between two readings are told of as well, those of before the first are not")
  func unseen() {
    var state = state([.succeeded, .failed])
    #expect(state.messages.isEmpty)
    _ = state.reduce(Self.load([.succeeded, .failed]))
    #expect(state.messages.isEmpty && state.batch == nil)
    _ = state.reduce(Self.load([.succeeded, .failed, .succeeded, .succeeded, .failed], created: 30))
    #expect(state.messages.count == 1)
    _ = state.reduce(Self.load([.succeeded, .failed, .succeeded, .succeeded, .failed], created: 30))
    #expect(state.messages.count == 1 && state.batch == nil)
  }

  @Test("A single job has its row, and no message") func single() {
    var state = state([.running])
    #expect(!state.render().grid.text.contains("0/1"))
    _ = state.reduce(Self.load([.succeeded]))
    #expect(state.messages.isEmpty)
  }

  @Test("Jobs that join, that end unseen, or that the queue forgets, count once each") func joining() throws {
    var batch = try #require(JobBatch(Self.rows([.running, .runnable])))
    batch.take(Self.rows([.running, .runnable, .runnable]))
    #expect(batch.total == 3 && batch.over == 0)
    // The fourth was never seen alive; the third is in no list any more.
    let rows = Self.rows([.succeeded, .runnable, .runnable, .failed])
    batch.take([rows[0], rows[1], rows[3]])
    #expect(batch.total == 4 && batch.over == 3 && batch.count(.failed) == 1 && batch.count(.succeeded) == 1)
    // What ended before it began is another batch's.
    let old = Self.rows([.failed], created: 600)
    var other = try #require(JobBatch([Self.rows([.succeeded, .running])[1]] + old))
    other.take([Self.rows([.succeeded, .running])[1]] + old)
    #expect(other.total == 1)
    #expect(JobBatch(old) == nil)
  }

  @Test("Bytes a second are those of all copies together") func rate() {
    var state = Sample.state(load: nil)
    for event in Sample.activity { _ = state.reduce(event) }
    #expect(state.render().grid.text.contains("MiB/s"))
    #expect(state.batch?.rate ?? 0 > 0)
  }
}
