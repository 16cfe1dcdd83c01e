import FoundationEssentials
import MirrorCore
import Support
import Terminal
import Testing

@testable import TUI

@Suite struct FormTests {
  @Test(
    "What cannot be saved says why, at its field",
    arguments: [
      ("a<Enter>", "give an image"),
      ("afoo:<Enter>", "not an image reference"),
      ("adocker.io/library/redis:7<Enter>", "this source already has a mirror"),
      ("adocker.io/library/new:7<Enter>", "give at least one destination"),
      ("adocker.io/library/new:7<Tab>UPPER/x<Enter>", "not an image reference"),
      ("adocker.io/library/new:7<Tab>docker.io/library/new<Enter>", "the source itself"),
      ("adocker.io/library/new:7<Tab>x.io/new<Tab>soon<Enter>", "use never, 30d"),
      ("adocker.io/library/new<Tab>x.io/new<Enter>", "needs a tag"),
      ("adocker.io/library/new:7<Tab>x.io/new<Tab><Tab><Tab>v*<Enter>", "must not have a tag"),
      ("adocker.io/library/new<Tab>x.io/new<Tab><Tab><Tab>v* [<Enter>", "'[' is invalid"),
      ("adocker.io/library/new<Tab>x.io/new<Tab><Tab><Tab><Tab><Tab>new<Enter>", "is not a version range"),
      ("adocker.io/library/new<Tab>x.io/new<Tab><Tab><Tab><Tab><Tab><Tab>é<Enter>", "characters that tags cannot have"),
      ("adocker.io/library/new<Tab>x.io/new<BackTab><BackTab><BackTab><BackTab><BackTab>0<Enter>", "from 1 to 1000000"),
      ("adocker.io/library/new<Tab>x.io/new<Tab><Tab><Tab>/(/<Enter>", "a ( without its )"),
      ("adocker.io/library/new:7<Tab>x.io/new<BackTab><BackTab><BackTab><BackTab>[<Enter>", "'[' is invalid"),
    ])
  func refusals(keys: String, words: String) {
    // Where there is room for all fields.
    var state = Sample.state(rows: 40)
    #expect(state.type(keys).allSatisfy { if case .act(.preview) = $0 { true } else { false } })
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

  @Test(
    "Enter on a mistake says what is wrong and goes to that field, at any size",
    arguments: [Size(rows: 10, columns: 40), Size(rows: 24, columns: 80), Size(rows: 50, columns: 200)],
    [
      ("a<Tab><Tab><Enter>", MirrorForm.Field.source, "Source: give an image"),
      ("adocker.io/library/new:7<Enter>", .destinations, "Destinations: give at least one"),
      ("adocker.io/library/new:7<Tab>x.io/new<Tab>soon<Tab><Tab><Enter>", .expires, "Expires: use never"),
      (
        "adocker.io/library/new<Tab>x.io/new<BackTab><BackTab><BackTab><BackTab><BackTab>0<BackTab><Enter>", .max,
        "At most: use a whole"
      ),
      ("adocker.io/library/new<Tab>x.io/new<Tab><Tab><Tab><Tab>[<Enter>", .exclude, "Exclude tags: the tag pattern"),
    ])
  func pointed(size: Size, script: (keys: String, field: MirrorForm.Field, words: String)) {
    var state = Sample.state(rows: size.rows, columns: size.columns)
    state.type(script.keys)
    guard case .form(let form) = state.input else { return #expect(Bool(false), "it was saved") }
    #expect(form.field == script.field)
    #expect(state.showsMessage && state.said.hasPrefix(script.words), "\(state.said)")
    let picture = state.render().grid.text
    #expect(picture.contains(script.field.label), "\(picture)")
  }

  @Test("Every option of a row is in the form, and what was not touched stays") func options() throws {
    var state = Sample.state()
    let typed = "<Tab><Tab><Tab>v* 1.*<Tab>*-rc*, *-beta<Tab>>=1.2 <2<Tab>-k3s*<Tab>5<Tab>9<Tab>/^v\\d{1,2}/, x"
    let effects = state.type("adocker.io/library/new<Tab>x.io/new\(typed)<Enter>")
    let rule = TagRule(
      include: ["v*", "1.*"], exclude: ["*-rc*", "*-beta"], semver: ">=1.2 <2", suffix: "-k3s*", latest: 5, max: 9)
    var entry = MirrorEntry(source: "docker.io/library/new", destinations: ["x.io/new"], tags: rule)
    entry.immutable = ImmutableTags(patterns: ["/^v\\d{1,2}/", "x"])
    #expect(effects.last == .act(.add(entry)))
    entry.options["platforms"] = .array([.string("linux/amd64")])
    var form = MirrorForm(editing: entry)
    #expect(try form.entry(existing: { _ in true }, now: Sample.now).get() == entry)
    form.move(by: -1)
    for character in "yes" { form.type(.character(character)) }
    guard case .failure(let mistake) = form.entry(existing: { _ in true }, now: Sample.now) else {
      return #expect(Bool(false), "it is neither true nor false")
    }
    #expect(mistake == FormError(.repositories, "use true, false, or settings as a JSON object"))
    form.type(.control("U"))
    for character in #"{"scanOnPush":true}"# { form.type(.character(character)) }
    entry.options[NewRepositories.option] = .object(["scanOnPush": .bool(true)])
    #expect(try form.entry(existing: { _ in true }, now: Sample.now).get() == entry)
    form.type(.control("U"))
    entry.options[NewRepositories.option] = nil
    form.move(by: -2)
    form.type(.control("U"))
    entry.immutable = nil
    form.move(by: -1)
    form.type(.backspace)
    form.type(.character("6"))
    entry.tags?.max = 6
    #expect(try form.entry(existing: { _ in true }, now: Sample.now).get() == entry)
    for field in MirrorForm.Field.rule.reversed() {
      #expect(form.field == field)
      form.type(.control("U"))
      form.move(by: -1)
    }
    guard case .failure(let error) = form.entry(existing: { _ in true }, now: Sample.now) else {
      return #expect(Bool(false), "a source without a tag needs a rule")
    }
    #expect(error.field == .include)
    var all = MirrorEntry(source: "docker.io/library/new", destinations: ["x.io/new"], tags: TagRule())
    #expect(try MirrorForm(editing: all).entry(existing: { _ in true }, now: Sample.now).get() == all)
    all = MirrorEntry(source: "docker.io/library/new:7", destinations: ["x.io/new"])
    form = MirrorForm(editing: all)
    form.move(by: 3)
    form.type(.character("*"))
    guard case .failure(let tagged) = form.entry(existing: { _ in true }, now: Sample.now) else {
      return #expect(Bool(false), "a source with a tag has no rule")
    }
    #expect(tagged.field == .include && tagged.reason.contains("add its repository"))
  }

  @Test(
    "Platforms are named in the form, sparse or not, and what cannot be used is told",
    arguments: [
      ("linux/amd64, linux/aarch64", ["linux/amd64", "linux/arm64"], false, nil as String?),
      ("linux/arm sparse", ["linux/arm/v7"], true, nil), ("", [], false, nil),
      ("linux", [], false, "'linux' is not a platform"), ("sparse", [], false, "name platforms"),
    ] as [(String, [String], Bool, String?)])
  func platforms(typed: String, names: [String], isSparse: Bool, problem: String?) throws {
    var entry = MirrorEntry(source: "docker.io/library/new:7", destinations: ["x.io/new"], options: ["x": .bool(true)])
    var form = MirrorForm(editing: entry)
    form.move(by: -2)
    #expect(form.field == .platforms)
    for character in typed { form.type(.character(character)) }
    switch form.entry(existing: { _ in true }, now: Sample.now) {
    case .failure(let error): #expect(error.field == .platforms && problem.map(error.reason.contains) == true)
    case .success(let made):
      #expect(problem == nil)
      entry.select(try PlatformSelection(names, isSparse: isSparse))
      #expect(made == entry)
      // Opened again it is as it was, and is kept.
      #expect(try MirrorForm(editing: entry).entry(existing: { _ in true }, now: Sample.now).get() == entry)
    }
  }

  @Test("What a rule selects is asked for as it is typed, once the source stands") func preview() throws {
    var state = Sample.state(rows: 50, columns: 120)
    #expect(state.type("aquay.io/team/app<Tab>x.io/app<Tab><Tab><Tab>") == [])
    func asked(_ include: String) -> TagPreview.Subject {
      TagPreview.Subject(repository: "quay.io/team/app", rule: TagRule(include: [include]))
    }
    #expect(state.type("v*") == [.act(.preview(asked("v"), again: false)), .act(.preview(asked("v*"), again: false))])
    #expect(state.render().grid.text.contains("asking the registry for its tags"))
    let tags = (1...9).map { "v\($0)" }
    // An answer that comes late is to another question.
    _ = state.reduce(.previewed(asked("v"), .selected([], count: 0, total: 12)))
    #expect(!state.render().grid.text.contains("selects none"))
    _ = state.reduce(.previewed(asked("v*"), .selected(tags, count: 9, total: 12)))
    #expect(state.render().grid.text.contains("selects 9 of 12 tags: v1, v2, v3, v4"))
    #expect(state.type("<Tab><Tab>") == [])
    // What it selected stays until there is news, and while there is a mistake.
    #expect(state.type("[<Backspace>").isEmpty)
    #expect(state.render().grid.text.contains("selects 9 of 12 tags"))
    #expect(state.type("<^O>") == [.act(.preview(asked("v*"), again: true))])
    _ = state.reduce(.previewed(asked("v*"), .failed("quay.io answered 503")))
    #expect(state.render().grid.text.contains("cannot be previewed: quay.io answered 503"))
    state.type("<BackTab><BackTab><^U>")
    #expect(!state.render().grid.text.contains("selects"))
    var closed = Sample.state(isOpen: false)
    #expect(closed.type("?").isEmpty)
  }

  @Test(
    "A preview names as many tags as there is room for",
    arguments: [
      (
        TagPreview.Outcome.selected(["1.10", "1.9", "1.8"], count: 3, total: 3), 80,
        "selects 3 of 3 tags: 1.10, 1.9, 1.8"
      ),
      (.selected(["1.10", "1.9", "1.8"], count: 30, total: 31), 43, "selects 30 of 31 tags: 1.10 and 29 more"),
      (.selected(["1.10"], count: 1, total: 1), 1, "selects 1 of 1 tag: 1.10"),
      (.selected([], count: 0, total: 7), 80, "selects none of 7 tags"),
      (
        .selected(["1"], count: 20_001, total: 20_001), 80,
        "selects 20001 of 20001 tags, more than the limit of 20000 for a row"
      ),
    ])
  func room(outcome: TagPreview.Outcome, columns: Int, expected: String) {
    let subject = TagPreview.Subject(repository: "r.example/a", rule: TagRule())
    var preview = TagPreview(subject, after: nil)
    preview.take(outcome, of: subject)
    #expect(preview.text(columns: columns) == expected)
  }

  @Test("Errors show while typing, but not in fields that nobody touched") func live() {
    var state = Sample.state()
    state.type("a")
    #expect(!state.render().grid.text.contains("give an image,"))
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
    #expect(state.type("e<Up><Up>[<Esc>") == [])
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
    #expect(form[.source]?.text == text)
    #expect(form[.source]?.cursor == cursor)
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
