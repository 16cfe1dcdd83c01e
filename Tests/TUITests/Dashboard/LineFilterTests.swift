import Testing

@testable import TUI

@Suite struct LineFilterTests {
  @Test("A line of characters is taken as it is", arguments: ["", "delete 12", "é漢🚀 e\u{301}", "a\tb", "/red .*"])
  func words(line: String) {
    var filter = LineFilter()
    #expect(filter.words(of: line, at: .zero) == line)
    #expect(filter.deadline == nil)
  }

  @Test(
    "A line with control characters or sequences in it is none",
    arguments: [
      "\u{1b}[A", "delete\u{1b}", "\u{1b}]0;x\u{7}delete", "\u{1b}P>|x\u{1b}\\", "a\rdelete", "\u{9b}A", "x\u{7f}",
      "\u{0}",
      "\u{1b}[200~delete\u{1b}[201~", "\u{3}",
    ])
  func sequences(line: String) {
    var filter = LineFilter()
    #expect(filter.words(of: line, at: .zero) == nil)
    filter.expire(at: .seconds(10))
    #expect(filter.words(of: "delete", at: .seconds(10)) == "delete")
  }

  @Test("A string that goes on over the ends of lines takes them all with it, to its end or to a pause") func lines() {
    var filter = LineFilter()
    for line in ["\u{1b}]0;title", "mark-all", "delete", "delete 50\u{7}"] {
      #expect(filter.words(of: line, at: .zero) == nil)
    }
    #expect(filter.words(of: "jobs", at: .zero) == "jobs")
    #expect(filter.words(of: "\u{1b}Pnever ends", at: .zero) == nil)
    #expect(filter.words(of: "delete", at: .milliseconds(900)) == nil)
    filter.expire(at: .milliseconds(1900))
    #expect(filter.words(of: "jobs", at: .seconds(2)) == "jobs")
  }
}
