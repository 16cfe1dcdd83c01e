import Terminal
import Testing

@testable import TUI

@Suite struct PaneTests {
  @Test(
    "All about the selected row stands beside the list or below it, where there is room",
    arguments: [
      (80, 24, ""), (120, 24, "beside"), (120, 40, "below"), (200, 50, "beside"), (80, 40, "below"), (119, 39, ""),
    ])
  func room(columns: Int, rows: Int, place: String) {
    var state = Sample.state(rows: rows, columns: columns)
    state.type("jjjj")
    let pane = state.layout.pane
    switch pane {
    case .beside: #expect(place == "beside")
    case .below: #expect(place == "below")
    case nil: #expect(place == "")
    }
    let text = state.render().grid.text
    #expect(text.contains("state   failed: the last job failed") == (pane != nil))
    // The same in two lines has no place then.
    #expect(text.contains("l shows why; m retries"))
    state.type("j")
    #expect(!state.render().grid.text.contains("state   failed: the last job failed"))
  }

  @Test("v goes through the ways that have room, and what was chosen is kept") func switching() throws {
    var state = Sample.state(rows: 50, columns: 200)
    #expect(state.layout.pane != nil)
    var shown: [Pane?] = []
    for _ in 0..<3 {
      state.type("v")
      shown.append(state.layout.pane)
    }
    #expect(shown.count { $0 == nil } == 1 && shown[0] != shown[2])
    state.type(":pane none<Enter>")
    #expect(state.layout.pane == nil && state.remembered.pane == "none")
    var next = Sample.state(rows: 50, columns: 200)
    next.restore(state.remembered)
    #expect(next.layout.pane == nil)
    var small = Sample.state()
    small.type("v")
    #expect(small.said == "a pane needs 120 columns, or 40 rows")
    small.type(":pane aside<Enter>")
    #expect(small.render().grid.text.contains("unknown pane aside"))
  }

  @Test("Every list has one, and no row of the list loses its tag for it") func views() {
    var state = Sample.state(rows: 24, columns: 120, load: Sample.names)
    for view in View.tabs where view.list != nil {
      state.type(":\(view.id)<Enter>")
      #expect(state.layout.pane != nil, "\(view)")
      let frame = state.render()
      #expect(frame.flaw(of: state.size) == nil && frame.grid.flaw == nil)
    }
    state.type("1")
    guard case .beside(let column) = state.layout.pane else { return #expect(Bool(false), "there is no pane") }
    let lines = state.render().grid.text.split(separator: "\n").dropFirst(4).prefix(10)
    for (line, source) in zip(lines, state.mirrors.visible.prefix(10).map { state.mirrors.rows[$0].id }) {
      #expect(line.prefix(column).contains(":\(source.split(separator: ":").last ?? "")"), "\(source)")
    }
  }

  @Test("Of a group's head it says what there is to say of the rows") func heads() {
    var state = Sample.state(rows: 24, columns: 120)
    state.type(":group registry<Enter>g")
    #expect(state.mirrors.selectedGroup?.name == "docker.io")
    let lines = state.render().grid.text.split(separator: "\n")
    #expect(lines.contains { $0.hasSuffix("│ docker.io") })
    #expect(lines.contains { $0.hasSuffix("│ drifted 1  copying 1  queued 1  in-sync 1") })
  }

  @Test("A press beside the list chooses no row of it") func mouse() {
    var state = Sample.state(rows: 24, columns: 120)
    let press = Mouse(kind: .press, position: Position(row: 8, column: 100))
    _ = state.reduce(.key(.mouse(press)))
    #expect(state.mirrors.position == 0)
  }
}
