import FoundationEssentials
import MirrorCore
import Support
import Terminal
import Testing

@testable import TUI

@Suite struct ActivityTests {
  static func progress(
    _ done: Int64, of total: Int64? = 1000, to destination: String = "x.io/a", last: Bool = true
  ) -> JobProgress {
    JobProgress(
      phase: .copying, destination: destination, destinations: .init(done: 0, total: last ? 1 : 2),
      bytes: .init(done: done, total: total))
  }

  /// Looks at these seconds that found so many bytes.
  static func pace(_ looks: [(Double, Int64)]) throws -> CopyPace {
    let first = try #require(looks.first)
    return looks.dropFirst().reduce(CopyPace(progress(first.1), at: Sample.now.addingTimeInterval(first.0))) {
      $0.looked(progress($1.1), at: Sample.now.addingTimeInterval($1.0))
    }
  }

  @Test(
    "A rate comes from two looks that found something new, over half a minute, and is unknown otherwise",
    arguments: [
      ([(0, 0)], 0, nil), ([(0, 0), (4, 400)], 4, 100), ([(0, 100), (2, 100), (4, 300)], 4, 50),
      // Two looks at once, and a clock that goes back.
      ([(0, 0), (0, 400)], 0, nil), ([(4, 0), (0, 400)], 4, nil), ([(0, 0), (0.5, 400)], 1, nil),
      // What is older than half a minute counts no more.
      ([(0, 0), (10, 10_000), (20, 10_100), (50, 10_400)], 50, 10),
      // Begun anew.
      ([(0, 500), (4, 900), (8, 0)], 8, nil), ([(0, 500), (4, 900), (8, 0), (12, 40)], 12, 10),
      // No news: as it was for a while, then slower and slower, then nothing.
      ([(0, 0), (10, 1000)], 20, 100), ([(0, 0), (10, 1000)], 30, 50), ([(0, 0), (10, 1000)], 129, 1000.0 / 119),
      ([(0, 0), (10, 1000)], 130, nil),
    ] as [([(Double, Int64)], Double, Double?)])
  func rate(looks: [(Double, Int64)], now: Double, expected: Double?) throws {
    #expect(try Self.pace(looks).rate(at: Sample.now.addingTimeInterval(now)) == expected)
  }

  @Test("How a copy goes lately is its rates between looks, the newest last, as many as are shown") func trend() throws
  {
    #expect(try Self.pace([(0, 0)]).rates.isEmpty)
    #expect(try Self.pace([(0, 0), (4, 400), (6, 400), (8, 500)]).rates == [100, 25])
    let many = try Self.pace((0..<20).map { (Double($0), Int64($0 * $0)) })
    #expect(many.rates == [23, 25, 27, 29, 31, 33, 35, 37])
    let huge = try Self.pace([(0, 0), (0.001, .max)])
    #expect(huge.rates.allSatisfy { $0 >= 0 })
  }

  @Test("A copy to another destination is measured anew") func destinations() throws {
    let pace = try Self.pace([(0, 0), (4, 400)])
    let other = pace.looked(Self.progress(900, to: "y.io/a"), at: Sample.now.addingTimeInterval(8))
    #expect(other.rate(at: Sample.now.addingTimeInterval(8)) == nil)
  }

  @Test("The time left is that of the last destination's rest; of anything else nothing is said")
  func left() throws {
    let pace = try Self.pace([(0, 0), (4, 400)])
    let now = Sample.now.addingTimeInterval(4)
    #expect(pace.left(of: Self.progress(400), at: now) == .seconds(6))
    #expect(pace.left(of: Self.progress(400, last: false), at: now) == nil)
    #expect(pace.left(of: Self.progress(400, of: nil), at: now) == nil)
    #expect(pace.left(of: Self.progress(400, of: 400), at: now) == nil)
    #expect(pace.left(of: Self.progress(400, of: .max), at: now) == nil)
    #expect(CopyPace(Self.progress(400), at: now).left(of: Self.progress(400), at: now) == nil)
  }

  @Test("Numbers from outside that cannot be end nothing", arguments: [(Int64.min, Int64.max), (0, .max)])
  func absurd(first: Int64, last: Int64) throws {
    let now = Sample.now.addingTimeInterval(1)
    let pace = try Self.pace([(0, first), (1, last)])
    #expect(pace.rate(at: now) ?? 0 > 9e18)
    #expect(pace.left(of: Self.progress(.min, of: .max), at: now) == .seconds(1) || first == 0)
    var state = Sample.state()
    state.type("8")
    for (step, done) in [first, last].enumerated() {
      _ = state.reduce(.loaded(Sample.load(done: done, at: Sample.now.addingTimeInterval(Double(step)))))
    }
    #expect(state.render().grid.text.contains("Activity"))
  }

  @Test("What is at work comes first, then what waits, then what ended, the newest first") func order() {
    var state = Sample.state()
    state.type("8")
    for event in Sample.activity { _ = state.reduce(event) }
    #expect(
      state.activity.visible.map { state.activity.rows[$0].id } == ["job-2", "job-3", "job-0", "job-1", "job-00"])
    let text = state.render().grid.text
    for words in ["5 MiB/s", "8s", "62/100 MiB", "took 21s"] { #expect(text.contains(words), "\(words)") }
    #expect(state.watch == Watch(history: .all))
    state.type("<Enter>")
    #expect(state.place == .job("job-2"))
    #expect(state.type("<Esc>Ky") == [.act(.cancel(jobs: ["job-2"]))])
  }

  @Test("News of anything else is no look at the progress") func otherNews() {
    var state = Sample.state()
    for event in Sample.activity { _ = state.reduce(event) }
    let before = state.activity.rows
    _ = state.reduce(.tick(Sample.now.addingTimeInterval(2)))
    _ = state.reduce(.history([], of: .all))
    _ = state.reduce(.automation(Sample.automation))
    #expect(state.activity.rows == before)
  }

  @Test("A day is told by its hours, the last at the right; what the history does not reach is left open") func day() {
    let items = Sample.lastDay.map(\.item)
    let day = LastDay(items, now: Sample.now)
    #expect(day.copied.map { $0 ?? -1 } == [0, 0, 0, 2] + Array(repeating: 0, count: 14) + [8, 0, 0, 0, 1, 3])
    #expect(day.failed.map { $0 ?? -1 } == [0, 0, 0, 1] + Array(repeating: 0, count: 19) + [1])
    #expect(LastDay(items, now: Sample.now.addingTimeInterval(86_400)).copied == Array(repeating: 0, count: 24))
    // Of a clock that is behind.
    #expect(LastDay(items, now: Sample.now.addingTimeInterval(-86_400)).copied.last == 14)
    let many = (0..<StoredHistory.most).map { Sample.record(hour: $0 / 50, copies: 1).item }
    let cut = LastDay(many, now: Sample.now)
    #expect(cut.copied == Array(repeating: nil, count: 14) + Array(repeating: 50, count: 10))
    var brush = Brush(now: Sample.now, symbols: .ascii)
    let line = cut.lines(&brush, isWide: true)[0].map(\.text).joined()
    #expect(line == "copied " + String(repeating: " ", count: 14) + "########## 500 in the last 24 hours")
  }

  @Test("The linear dashboard says the day in words, and each job as a line") func linear() {
    var talk = LinearTests.Talk()
    for event in Sample.activity { _ = talk.state.reduce(event) }
    _ = talk.hear()
    #expect(talk.say("activity") == [])
    let words = talk.hear()
    #expect(words.contains("Activity, 5.\nIn the last 24 hours: copied 14, failed 2.\n1 of 5: since 1m"))
    #expect(words.contains("image docker.io/library/postgres:17") && words.contains("rate 5 MiB/s, left 8s"))
  }
}
