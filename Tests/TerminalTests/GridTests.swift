import Testing

@testable import Terminal

@Suite struct GridTests {
  @Test(
    "A text is cut where it needs more than its width",
    arguments: [
      ("alpine:3.20", 20, Grid.Cut.end, "alpine:3.20"),
      ("alpine:3.20", 11, .end, "alpine:3.20"),
      ("alpine:3.20", 7, .end, "alpine…"),
      ("alpine:3.20", 7, .start, "…e:3.20"),
      ("alpine:3.20", 7, .middle, "alp….20"),
      ("alpine:3.20", 1, .middle, "…"),
      ("漢字漢字", 5, .end, "漢字…"),
      ("漢字漢字", 4, .end, "漢…"),
      ("漢字漢字", 4, .start, "…字"),
      ("", 3, .end, ""),
    ])
  func cuts(text: String, width: Int, cut: Grid.Cut, expected: String) {
    var grid = Grid(Size(rows: 1, columns: 30))
    let used = grid.put(text, row: 0, column: 0, width: width, cut: cut)
    #expect(grid.text == expected)
    #expect(used == expected.columns)
    #expect(used <= width)
  }

  @Test("Where signs are ASCII a cut text has no other, wherever it was cut", arguments: [true, false])
  func ascii(isASCII: Bool) {
    var grid = Grid(Size(rows: 1, columns: 20), isASCII: isASCII, hasASCIISigns: !isASCII)
    grid.put("cut before…", row: 0, column: 0)
    grid.put("alpine:3.20", row: 0, column: 12, width: 7, cut: .middle)
    #expect(grid.text == "cut before~ alp~.20")
  }

  @Test(
    "What could steer a terminal never reaches a cell",
    arguments: [
      ("a\u{1b}[31mb", "a�[31mb"), ("a\tb\nc", "a b c"), ("\u{202e}evil", "�evil"), ("x\u{9b}y", "x�y"),
      ("bell\u{7}", "bell�"), ("e\u{301}", "e\u{301}"), ("\u{301}", ""), ("👨‍👩‍👧", "👨👩👧"), ("👍🏽", "👍"),
    ])
  func cleans(text: String, expected: String) {
    var grid = Grid(Size(rows: 1, columns: 20))
    grid.put(text, row: 0, column: 0)
    #expect(grid.text == expected)
  }

  @Test("A combining flood takes one cell and three marks")
  func combining() {
    var grid = Grid(Size(rows: 1, columns: 4))
    #expect(grid.put("z" + String(repeating: "\u{301}", count: 500) + "y", row: 0, column: 0) == 2)
    #expect(grid[0, 0].text.unicodeScalars.count == 4)
    #expect(grid[0, 1].text == "y")
  }

  @Test("A wide character takes two columns and never half of the last one")
  func wide() {
    var grid = Grid(Size(rows: 1, columns: 5))
    #expect(grid.put("ab漢字", row: 0, column: 0) == 5)
    #expect(grid.text == "ab漢…")
    #expect(grid[0, 3].width == 0)
  }

  @Test("Writing over half of a wide character blanks the other half", arguments: [(0, "x b"), (1, " xb")])
  func halves(column: Int, expected: String) {
    var grid = Grid(Size(rows: 1, columns: 4))
    grid.put("漢b", row: 0, column: 0)
    grid.put("x", row: 0, column: column)
    #expect(grid.text == expected)
    #expect(!(0..<4).contains { grid[0, $0].width != 1 })
  }

  @Test("A wide character over the first half of another leaves no half behind")
  func overlap() {
    var grid = Grid(Size(rows: 1, columns: 6))
    grid.put("漢字", row: 0, column: 1)
    grid.put("語", row: 0, column: 2)
    #expect(grid.text == "  語")
    #expect((0..<6).map { Int(grid[0, $0].width) }.reduce(0, +) == 6)
  }

  @Test(
    "What lies outside is cut off", arguments: [(-1, 0), (3, 0), (0, -1), (0, 10), (0, 9), (2, 9)])
  func outside(row: Int, column: Int) {
    var grid = Grid(Size(rows: 3, columns: 10))
    grid.put("long text 漢字", row: row, column: column)
    grid.fill(row: row, column: column, rows: 5, columns: 50, style: Style(.red))
    grid.restyle(row: row, column: column) { $0.adding(.reverse) }
    #expect(grid.text.split(separator: "\n", omittingEmptySubsequences: false).count == 3)
  }

  @Test("An empty grid takes anything") func empty() {
    var grid = Grid(Size(rows: 0, columns: -4))
    grid.put("x", row: 0, column: 0)
    grid.fill(row: 0, column: 0, rows: 2, columns: 2, style: .plain)
    #expect(grid.text.isEmpty)
  }

  @Test("Where only ASCII may appear, other characters are question marks, marks go, the ellipsis is a tilde")
  func ascii() {
    var grid = Grid(Size(rows: 1, columns: 11), isASCII: true)
    grid.put("é漢e\u{301} and more", row: 0, column: 0)
    #expect(grid.text == "??e and mo~")
  }

  @Test("Restyling keeps the characters") func restyle() {
    var grid = Grid(Size(rows: 1, columns: 6))
    grid.put("e\u{301}漢x", row: 0, column: 0, style: Style(.green))
    grid.restyle(row: 0) { $0.adding(.reverse) }
    #expect(grid.text == "e\u{301}漢x")
    #expect(grid[0, 0].style == Style(.green, .reverse))
    #expect(grid[0, 5].style == Style(.default, .reverse))
  }

  @Test("Equal grids are equal, and a style alone makes a difference") func equality() {
    var one = Grid(Size(rows: 2, columns: 5))
    var other = one
    one.put("a", row: 0, column: 0)
    other.put("a", row: 0, column: 0)
    #expect(one == other)
    other.put("a", row: 0, column: 0, style: Style(.red))
    #expect(one != other)
  }

  @Test(
    "Widths are those of UTF-8 whatever the locale",
    arguments: [("abc", 3), ("é", 1), ("漢", 2), ("e\u{301}", 1), ("…", 1), ("█", 1), ("🐳", 2), ("ｱ", 1), ("\u{1b}", 1)])
  func widths(text: String, columns: Int) {
    #expect(text.columns == columns)
  }
}
