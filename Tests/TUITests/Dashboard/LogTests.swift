import FoundationEssentials
import MirrorCore
import Terminal
import Testing

@testable import TUI

@Suite struct LogTests {
  static func page(_ range: ClosedRange<Int>, attempt: Int = 2, skipped: Int = 0) -> LogPage {
    LogPage(
      lines: range.map { LogLine(time: nil, text: "line \($0)") }, cursor: "\(range.upperBound)", attempt: attempt,
      skipped: skipped)
  }

  static func state(keys: String = "2jj<Enter>") -> State {
    var state = Sample.state()
    state.type(keys)
    return state
  }

  @Test("A job's log is asked for with its newest attempt, and followed") func follows() throws {
    var state = Self.state()
    #expect(state.watch.log == LogSource(job: "job-1", attempt: 2))
    let source = try #require(state.log?.source)
    _ = state.reduce(.log(Self.page(1...100), of: source))
    #expect(state.render().grid.text.contains("line 100"))
    _ = state.reduce(.log(Self.page(101...101), of: source))
    #expect(state.render().grid.text.contains("line 101"))
    state.type("k")
    _ = state.reduce(.log(Self.page(102...102), of: source))
    #expect(!state.render().grid.text.contains("line 102"))
    state.type("G")
    #expect(state.render().grid.text.contains("line 102"))
    state.type("g")
    #expect(state.render().grid.text.contains("line 1\n"))
    state.type("f")
    #expect(state.render().grid.text.contains("line 102"))
  }

  @Test("Another attempt is another log") func attempts() {
    var state = Self.state()
    state.type("[")
    #expect(state.watch.log == LogSource(job: "job-1", attempt: 1))
    state.type("[")
    #expect(state.said.contains("no attempt before"))
    state.type("]")
    #expect(state.watch.log == LogSource(job: "job-1", attempt: 2))
  }

  @Test("Lines of a log that is no longer shown are dropped") func late() {
    var state = Self.state()
    _ = state.reduce(.log(Self.page(1...5), of: LogSource(job: "job-2", attempt: 1)))
    #expect(state.log?.lines == [])
    state.type("<Esc>")
    #expect(state.log == nil)
    _ = state.reduce(.log(Self.page(1...5), of: LogSource(job: "job-1", attempt: 2)))
    #expect(state.log == nil)
  }

  @Test("Memory is bounded: the oldest lines go, and are counted") func bounded() throws {
    var state = Self.state()
    let source = try #require(state.log?.source)
    _ = state.reduce(.log(Self.page(1...500, skipped: 7), of: source))
    for start in 0..<30 {
      _ = state.reduce(.log(Self.page(start * 1000 + 501...start * 1000 + 1500), of: source))
      #expect(state.log.map { $0.lines.count <= LogBuffer.limit } == true)
    }
    let log = try #require(state.log)
    #expect(log.dropped + log.lines.count == 30_507)
    #expect(log.lines.last == "line 30500")
    _ = state.reduce(
      .log(
        LogPage(lines: [LogLine(time: nil, text: String(repeating: "x", count: 1_000_000))], cursor: "", attempt: 2),
        of: source))
    #expect(state.log?.lines.last?.count == LogBuffer.lineLimit)
    #expect(state.render().grid.text.contains("lines before these are left out"))
  }

  @Test("Long lines are cut, moved sideways, or wrapped") func longLines() throws {
    var state = Self.state()
    let source = try #require(state.log?.source)
    let text = "start " + String(repeating: "0123456789", count: 20) + " end"
    _ = state.reduce(.log(LogPage(lines: [LogLine(time: nil, text: text)], cursor: "", attempt: 2), of: source))
    #expect(!state.render().grid.text.contains(" end"))
    state.type("w")
    #expect(state.render().grid.text.contains(" end"))
    state.type("w")
    for _ in 0..<8 { state.type("<Right>") }
    #expect(state.render().grid.text.contains(" end"))
  }

  @Test("An error is shown in place, and goes when lines come") func error() throws {
    var state = Self.state()
    let source = try #require(state.log?.source)
    _ = state.reduce(.logFailed("no such file", of: source))
    #expect(state.render().grid.text.contains("the log cannot be read: no such file"))
    _ = state.reduce(.log(Self.page(1...1), of: source))
    #expect(!state.render().grid.text.contains("cannot be read"))
  }
}
