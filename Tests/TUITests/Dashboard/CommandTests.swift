import MirrorCore
import Terminal
import Testing

@testable import TUI

@Suite struct CommandTests {
  static let alpine = "docker.io/library/alpine:3.20"

  @Test(
    "Commands ask for what their keys ask for",
    arguments: [
      (":mirror<Enter>", [Effect.act(.sweep(1, .mirror(.sources([alpine]))))]),
      (":check<Enter>", [.act(.sweep(1, .check(.sources([alpine]))))]),
      (":check-all<Enter>", [.act(.sweep(1, .check(.all)))]),
      (":check-<Enter>", [.act(.sweep(1, .check(.all)))]),
      (":quit<Enter>", [.program(.quit)]),
      (":delete<Enter>y", [.act(.remove([alpine]))]),
      (":<Enter>", []),
      (":<Backspace>q", [.program(.quit)]),
      (":mirror<Esc>", []),
      (":<^C>", [.program(.quit)]),
    ])
  func effects(keys: String, expected: [Effect]) {
    var state = Sample.state()
    #expect(state.type(keys) == expected)
  }

  @Test(
    "What cannot be done says why in place, and can be mended there",
    arguments: [
      (":bogus<Enter>", "there is no command bogus"),
      (":ma<Enter>", "ma could be mark, mark-all, mark-range"),
      (":quit now<Enter>", "quit takes nothing after it"),
      (":sort<Enter>", "sort needs COLUMN"),
      (":sort bogus<Enter>", "no column begins with bogus; there are source"),
      (":sort state sideways<Enter>", "sort takes a column, and up or down"),
      (":filter state:bogus<Enter>", "no state begins with bogus"),
      (":follow<Enter>", "follow does nothing in the view Mirrors"),
    ])
  func errors(keys: String, words: String) {
    var state = Sample.state(columns: 120)
    #expect(state.type(keys) == [])
    guard case .command = state.input else { return #expect(Bool(false), "the command line is gone") }
    #expect(state.render().grid.text.contains(words))
    state.type("<Backspace>")
    #expect(!state.render().grid.text.contains(words))
  }

  @Test("Tab goes through what begins so, Shift-Tab back, and typing goes on from there") func completion() {
    var state = Sample.state()
    state.type(":ma<Tab>")
    #expect(Self.typed(state) == "mark")
    state.type("<Tab>")
    #expect(Self.typed(state) == "mark-all")
    state.type("<BackTab><BackTab>")
    #expect(Self.typed(state) == "mark-range")
    state.type("<Esc>:sort st<Tab><Enter>")
    #expect(state.mirrors.sortText == "state down")
    state.type(":sort state up<Enter>")
    #expect(state.mirrors.sortText == "state up")
    state.type(":zzz<Tab>")
    #expect(Self.typed(state) == "zzz")
  }

  @Test(
    "Every command is offered in the palette with its help, the views' own only there", arguments: View.all)
  func palette(view: View) {
    var state = Sample.state(rows: 120)
    state.trail = [Sample.place(view)]
    let offered = Set(state.candidates(for: "").map(\.text))
    #expect(offered == Set(state.keys.bindings(of: view, isReadOnly: false).map(\.name)))
    state.type(":wr")
    #expect(state.render().grid.text.contains("wrap long lines") == (view == .job))
  }

  @Test("Up and Down bring earlier commands, the same one only once") func history() {
    var state = Sample.state()
    state.type(":mark<Enter>:sort state<Enter>:unmark<Enter>:sort state<Enter>:<Up>")
    #expect(Self.typed(state) == "sort state")
    state.type("<Up><Up><Up>")
    #expect(Self.typed(state) == "mark")
    state.type("<Down><Down><Down>")
    #expect(Self.typed(state) == "")
    for number in 0..<State.mostCommands + 10 { state.type("<Esc>:filter word\(number)<Enter>") }
    #expect(state.commands.count == State.mostCommands)
  }

  @Test("Jumping goes back through where one was, and forward again") func jumps() {
    var state = Sample.state()
    state.type("j<Enter>27<Enter>")
    #expect(state.place == .messages)
    state.type("<")
    #expect(state.place == .jobs)
    state.type("<")
    #expect(state.place == .mirror(ReduceTests.nginx))
    state.type(">>")
    #expect(state.place == .messages)
    state.type(">")
    #expect(state.said.contains("nothing to go forward to"))
    state.type("<<<<")
    #expect(state.place == .mirrors && state.said.contains("where it began"))
    state.type("3")
    state.type(">")
    #expect(state.place == .history)
  }

  @Test("A wide list shows every column in full, moved column by column") func wide() {
    var state = Sample.state()
    state.type("W")
    #expect(state.render().grid.text.contains("docker.io/library/postgres:17"))
    let first = state.render().grid.text
    for _ in 0..<20 { state.type("<Right>") }
    #expect(state.render().grid.text.contains("NOTE"))
    #expect(state.render().grid.text.contains("docker.io/library/postgres:17"))
    for _ in 0..<20 { state.type("<Left>") }
    #expect(state.render().grid.text == first)
  }

  @Test("A range is marked from the last mark to the cursor, either way") func range() {
    var state = Sample.state()
    state.type("j jj")
    state.type("V")
    #expect(state.mirrors.marks.count == 4)
    state.type("ug")
    #expect(state.mirrors.marks.isEmpty)
    state.type("V")
    #expect(state.mirrors.marks.count == 1)
    state.type("GV")
    #expect(state.mirrors.marks.count == Sample.mirrors.count)
  }

  private static func typed(_ state: State) -> String? {
    if case .command(let entry) = state.input { entry.text } else { nil }
  }
}
