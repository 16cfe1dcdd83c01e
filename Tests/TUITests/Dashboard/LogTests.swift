import FoundationEssentials
import Glibc
import MirrorCore
import Support
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
    #expect(log.lines.last?.text == "line 30500")
    _ = state.reduce(
      .log(
        LogPage(lines: [LogLine(time: nil, text: String(repeating: "x", count: 1_000_000))], cursor: "", attempt: 2),
        of: source))
    #expect(state.log?.lines.last?.text.count == LogBuffer.lineLimit)
    #expect(state.render().grid.text.contains("earlier lines not shown"))
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

  /// A log of 60 lines, one a minute from 20:00 on, every tenth of them with "ten".
  static func filled(keys: String = "") throws -> State {
    var state = Self.state(keys: "2jj<Enter>z")
    let source = try #require(state.log?.source)
    let start = try #require(Date(rfc3339: "2026-11-23T20:00:00Z"))
    let lines = (0..<60).map { number in
      LogLine(
        time: start.addingTimeInterval(Double(number) * 60),
        text: "line \(number)\(number % 10 == 0 ? " TEN of it" : "")")
    }
    _ = state.reduce(.log(LogPage(lines: lines, cursor: "", attempt: 2), of: source))
    state.type(keys)
    return state
  }

  @Test(
    "What is looked for is found forwards and backwards, around the end, whatever its case",
    arguments: [
      ("/ten<Enter>", 0), ("/ten<Enter>n", 10), ("/ten<Enter>nnN", 10), ("/ten<Enter>N", 50), ("g/ten<Enter>", 0),
      ("g/TEN OF<Enter>nnn", 30), ("//^line 4[5-9]$<Enter>nn", 47), (":search line 33<Enter>", 33),
    ])
  func search(keys: String, line: Int) throws {
    let state = try Self.filled(keys: keys)
    #expect(state.log?.found == line)
    #expect(state.render().grid.text.contains("line \(line)"))
    #expect(state.log?.isFollowing == false)
  }

  @Test(
    "What cannot be found or read is said",
    arguments: [
      ("/nowhere<Enter>", "nowhere was not found"), ("n", "press / to search"),
      ("//(<Enter>", "is not a valid pattern: a ( without its )"),
      ("Tsoon<Enter>", "give a time as 20:15"), (":at 23:00<Enter>", "the log has no line"),
      (":grep //[/<Enter>", "is not a valid pattern: a [ without its ]"), ("&nowhere<Enter>", "no line matches"),
    ])
  func notFound(keys: String, words: String) throws {
    #expect(try Self.filled(keys: keys).render().grid.text.contains(words))
  }

  @Test("The filter keeps the lines around what it finds, unless told otherwise, and is left again") func filter()
    throws
  {
    var state = try Self.filled(keys: "&ten<Enter>g")
    var text = state.render().grid.text
    #expect(text.contains("6 lines with ten"))
    for words in ["line 12", "line 8", "--"] { #expect(text.contains(words)) }
    #expect(!text.contains("line 13"))
    state.type("x")
    text = state.render().grid.text
    #expect(!text.contains("line 12") && !text.contains("--\n") && text.contains("line 50 TEN"))
    state.type("&")
    #expect(state.log?.filter == nil && state.render().grid.text.contains("line 13"))
    state.type("&ten<Enter><Esc>")
    #expect(state.log?.filter == nil && state.place == .job("job-1"))
    let source = try #require(state.log?.source)
    state.type("&ten<Enter>")
    _ = state.reduce(
      .log(LogPage(lines: [LogLine(time: nil, text: "late ten")], cursor: "", attempt: 2), of: source))
    #expect(state.log?.matching == 7)
    #expect(state.render().grid.text.contains("late ten"))
  }

  @Test(
    "One goes to a time, given in several ways",
    arguments: [("T20:15<Enter>", 15), (":at 20:15:30<Enter>", 16), (":at 2026-11-23T20:40:00Z<Enter>", 40)])
  func times(keys: String, line: Int) throws {
    var state = try Self.filled(keys: keys)
    #expect(state.log?.found == line)
    #expect(!state.render().grid.text.contains("20:\(line):00 line"))
    state.type("t")
    #expect(state.render().grid.text.contains("20:\(line):00 line \(line)"))
  }

  @Test("The log and the screen are written to files on request") func files() throws {
    var state = try Self.filled()
    guard case .act(.write(let name, let text))? = state.type("o").first else { return #expect(Bool(false)) }
    #expect(name == "ecrmirror-job-1-2.log")
    #expect(text.hasPrefix("2026-11-23T20:00:00Z line 0 TEN of it\n2026-11-23T20:01:00Z line 1\n"))
    guard case .act(.write("/tmp/x", let screen))? = state.type(":dump /tmp/x<Enter>").first else {
      return #expect(Bool(false))
    }
    #expect(screen.contains("ghcr.io/example/app:2.0") && screen.contains("line 59"))
    #expect(Self.state().log.map { $0.lines.isEmpty } == true)
  }

  @Test("A file that is there is left alone") func saver() throws {
    let path = "/tmp/ecrmirror-saver-\(UInt64.random(in: .min ... .max))"
    #expect(try FileSaver.save("one", file: path) == path)
    #expect(throws: SystemError.self) { try FileSaver.save("two", file: path) }
    #expect(throws: SystemError.self) { try FileSaver.save("two", file: "/nowhere/at/all") }
    #expect(try readFile(path, limit: 10) == Array("one".utf8))
    unlink(path)
  }
}
