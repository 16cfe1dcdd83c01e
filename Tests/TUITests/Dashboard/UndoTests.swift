import FoundationEssentials
import MirrorCore
import Support
import Terminal
import Testing

@testable import TUI

/// Rows are changed by no slip, and a change can be taken back.
@Suite struct UndoTests {
  private static let nginx = "docker.io/library/nginx:1.27"
  private static let off = "quay.io/example/off:1"

  private static func edit(_ what: String, _ sources: String...) -> RowsEdit {
    let changes = sources.map { source in
      let old = MirrorEntry(source: source, destinations: ["d.example/x:1"], observed: [:])
      var new = old
      new.enabled = false
      return RowChange.replace(old, with: new)
    }
    return RowsEdit(what: what, change: RowsChanged(written: changes, at: Sample.now))
  }

  private static func done(_ edit: RowsEdit) -> Event {
    .rowsChanged(edit, Message(at: Sample.now, severity: .good, text: edit.what))
  }

  @Test("Several rows are disabled after a question only, and those that are off stay out of it") func many() {
    var state = Sample.state()
    #expect(state.type("*x") == [])
    let text = state.render().grid.text
    #expect(text.contains("Disable 11 mirrors?"))
    #expect(text.contains("1 of those marked is already disabled"))
    #expect(state.type("y<Enter>") == [], "a number is to be typed")
    let effects = state.type("<Esc>*xdisable 11<Enter>")
    guard case .act(.setEnabled(let sources, false))? = effects.first else {
      return #expect(Bool(false), "nothing is disabled")
    }
    #expect(sources.count == 11 && !sources.contains(Self.off))
  }

  @Test("The key for one way does nothing to rows that are so already") func already() {
    var state = Sample.state()
    #expect(state.type("/off<Enter>x") == [])
    #expect(state.said.contains("\(Self.off): already disabled"))
    #expect(state.type("<Esc>jX") == [])
    #expect(state.said.contains("already enabled"))
  }

  @Test("In production a single row is asked for, and its question is answered by typing", arguments: ["jx", "jXU"])
  func production(keys: String) {
    var state = Sample.state()
    state.context.installed.isProduction = true
    if keys.hasSuffix("U") { _ = state.reduce(Self.done(Self.edit("disabled \(Self.nginx)", Self.nginx))) }
    #expect(state.type(keys) == [])
    guard case .confirmation(let question) = state.input else { return #expect(Bool(false), "nothing is asked") }
    #expect(question.typed == (keys.hasSuffix("U") ? "undo 1" : "disable 1"))
  }

  @Test("U takes back one change after the other, the last one first, and says when there is none left") func order() {
    var state = Sample.state()
    #expect(state.type("U") == [])
    #expect(state.said.contains("there is no change to undo"))
    let (first, second) = (Self.edit("disabled \(Self.nginx)", Self.nginx), Self.edit("deleted 2 mirrors", "a", "b"))
    _ = state.reduce(Self.done(first))
    _ = state.reduce(Self.done(second))
    #expect(state.type("U") == [])
    #expect(state.render().grid.text.contains("Undo: deleted 2 mirrors?"))
    #expect(state.type("y") == [.act(.undo(second))])
    #expect(state.type("U") == [], "it is being written")
    #expect(state.said.contains("a change is still being saved"))
    let undone = Message(at: Sample.now, severity: .good, text: "undone: \(second.what)")
    _ = state.reduce(.rowsUndone(second, RowsChanged(), undone))
    #expect(state.type("U") == [.act(.undo(first))])
    // What could not be undone can be tried again.
    _ = state.reduce(.rowsUndone(first, nil, .failure("cannot undo", MirrorError(.backend, "locked"))))
    #expect(state.type("U") == [.act(.undo(first))])
  }

  @Test("Nothing is undone while a change is on its way: it would be another than one thinks") func underWay() {
    var state = Sample.state()
    _ = state.reduce(Self.done(Self.edit("disabled x", "x")))
    #expect(state.type("jx") == [.act(.setEnabled([Self.nginx], false))])
    #expect(state.type("U") == [])
    _ = state.reduce(.rowsChanged(nil, .failure("cannot disable", MirrorError(.backend, "locked"))))
    #expect(state.type("U").count == 1)
  }

  @Test("A dashboard that is read-only changes and undoes nothing", arguments: ["x", "X", "U"])
  func readOnly(key: String) {
    var state = Sample.state(isReadOnly: true)
    #expect(state.type("j\(key)") == [])
    #expect(state.said.contains("read-only"))
  }

  @Test("Rows of which nothing is known are looked at as soon as they are there") func looked() {
    var state = Sample.state()
    let entry = MirrorEntry(source: "quay.io/new/app:1", destinations: ["r.example/app:1"])
    let edit = RowsEdit(what: "added", change: RowsChanged(written: [.add(entry)], at: Sample.now))
    #expect(state.reduce(Self.done(edit)) == [.act(.sweep(1, .check(.sources([entry.source]))))])
    // Nobody asked for it, so what it found takes no message's place.
    let found = Message(at: Sample.now, severity: .good, text: "checked 1 mirror: missing 1")
    _ = state.reduce(.sweepEnded(1, found))
    #expect(state.said == "added" && state.messages.dropLast().last == found)
    var disabled = entry
    disabled.enabled = false
    let off = RowsEdit(what: "added", change: RowsChanged(written: [.add(disabled)], at: Sample.now))
    #expect(state.reduce(Self.done(off)) == [])
  }

  @Test("What is kept of changes is bounded by their number and by their rows") func bounds() {
    let huge = RowsEdit(
      what: "huge",
      change: RowsChanged(
        written: (0...RowsEdit.mostRows).map { .add(MirrorEntry(source: "\($0)", destinations: [])) }))
    var edits: [RowsEdit] = []
    for number in 0..<30 { edits = edits.keeping(Self.edit("\(number)", "a")) }
    #expect(edits.count == RowsEdit.most && edits.last?.what == "29")
    #expect(edits.keeping(huge) == [huge])
  }

  @Test("What came of a change is told with the rows it was not made to, and the key that takes it back")
  func messages() {
    let edit = Self.edit("disabled 2 mirrors", "a", "b")
    #expect(Message.changed(edit, "disable", "disabled", of: ["a", "b"]).text == "disabled 2 mirrors; U undoes it")
    var partly = edit.change
    partly.left = [.init(source: "c", reason: "gone"), .init(source: "d", reason: "gone")]
    let text = Message.changed(
      RowsEdit(what: edit.what, change: partly), "disable", "disabled", of: ["a", "b", "c", "d"]
    ).text
    #expect(text == "disabled 2 mirrors of 4; not done: c: gone (and 1 more)")
    let undone = RowsChanged(
      written: Array(edit.change.written.prefix(1)), left: [.init(source: "b", reason: "changed")])
    #expect(Message.undone(edit, undone).text == "undone for 1 of 2: disabled 2 mirrors; not undone: b: changed")
    #expect(Message.undone(edit, edit.change).text == "undone: disabled 2 mirrors")
  }
}
