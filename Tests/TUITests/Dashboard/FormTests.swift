import FoundationEssentials
import MirrorCore
import Terminal
import Testing

@testable import TUI

@Suite struct FormTests {
  @Test(
    "What cannot be saved says why, at its field",
    arguments: [
      ("a<Enter>", "name an image"),
      ("afoo:<Enter>", "not an image reference"),
      ("adocker.io/library/redis:7<Enter>", "there is a mirror of it already"),
      ("adocker.io/library/new:7<Enter>", "name at least one place"),
      ("adocker.io/library/new:7<Tab>UPPER/x<Enter>", "not an image reference"),
      ("adocker.io/library/new:7<Tab>docker.io/library/new<Enter>", "the source itself"),
      ("adocker.io/library/new:7<Tab>x.io/new<Tab>soon<Enter>", "write never, 30d"),
      ("adocker.io/library/new<Tab>x.io/new<Enter>", "needs a tag"),
    ])
  func refusals(keys: String, words: String) {
    var state = Sample.state()
    #expect(state.type(keys) == [])
    #expect(state.input != nil)
    let text = state.render().grid.text.split(separator: "\n").map { $0.filter { $0 != "│" } }.joined(separator: " ")
    let joined = text.split(separator: " ").joined(separator: " ")
    #expect(joined.contains(words), "\(joined)")
  }

  @Test("A valid form is saved") func add() {
    var state = Sample.state()
    let effects = state.type("adocker.io/library/new:7<Tab>x.io/new, y.io/new:8<Tab>30d<Tab> <Enter>")
    let entry = MirrorEntry(
      source: "docker.io/library/new:7", destinations: ["x.io/new", "y.io/new:8"],
      expires: Sample.now.addingTimeInterval(30 * 86400), enabled: false)
    #expect(effects == [.act(.add(entry))])
    #expect(state.input == nil)
  }

  @Test("Errors show while typing, but not in fields that nobody touched") func live() {
    var state = Sample.state()
    state.type("a")
    #expect(!state.render().grid.text.contains("name an image,"))
    state.type("foo:")
    #expect(state.render().grid.text.contains("not an image reference"))
    state.type("1")
    #expect(!state.render().grid.text.contains("not an image reference"))
  }

  @Test("Editing keeps what was not touched, and the source") func edit() throws {
    var state = Sample.state()
    let original = try #require(state.mirrors.rows[0].status?.entry)
    var changed = original
    changed.destinations.append("x.io/alpine")
    #expect(state.type("e x.io/alpine<Enter>") == [.act(.edit(original: original, new: changed))])
    #expect(state.type("e<Enter>") == [])
    #expect(state.said == "nothing was changed")
    #expect(state.type("e<Up><Up><Up>zzz<Esc>") == [])
  }

  @Test(
    "A text field edits as a shell does",
    arguments: [
      ("abc", "abc", 3), ("abc<Left>x", "abxc", 3), ("abc<Home><Del>", "bc", 0), ("ab cd<Backspace>", "ab c", 4),
      ("abc<Home><Backspace>", "abc", 0), ("abc<^U>", "", 0), ("e\u{301}x<Left><Backspace>", "x", 0),
    ])
  func field(keys: String, text: String, cursor: Int) {
    var state = Sample.state()
    state.type("a" + keys)
    guard case .form(let form) = state.input else { return #expect(Bool(false)) }
    #expect(form.source.text == text)
    #expect(form.source.cursor == cursor)
  }

  @Test("A field takes no more than its limit") func limit() {
    var field = TextField(String(repeating: "x", count: TextField.limit))
    _ = field.handle(.character("y"))
    _ = field.handle(.paste("zz"))
    #expect(field.text.count == TextField.limit)
    var words = TextField("one two")
    _ = words.handle(.control("W"))
    #expect(words.text == "one ")
    _ = words.handle(.control("W"))
    #expect(words.text == "")
  }
}
