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
      (":bogus<Enter>", "unknown command bogus"),
      (":ma<Enter>", "ma is ambiguous: mark, mark-all, mark-range"),
      (":view<Enter>", "view is ambiguous: next-view, previous-view"),
      (":jobs state:bogus<Enter>", "no state begins with bogus"),
      (":open no/such:1<Enter>", "there is no mirror, job or registry no/such:1"),
      (":browse up<Enter>", "browse takes source or destination"),
      (":quit now<Enter>", "quit takes no argument"),
      (":sort<Enter>", "sort needs COLUMN"),
      (":sort bogus<Enter>", "no column begins with bogus; columns: source"),
      (":sort state sideways<Enter>", "sort takes a column, and up or down"),
      (":filter state:bogus<Enter>", "no state begins with bogus"),
      (":follow<Enter>", "follow is not available in the view Mirrors"),
    ])
  func errors(keys: String, words: String) {
    var state = Sample.state(columns: 120)
    #expect(state.type(keys) == [])
    guard case .command = state.input else { return #expect(Bool(false), "the command line is gone") }
    #expect(state.render().grid.text.contains(words))
    state.type("<Backspace>")
    #expect(!state.render().grid.text.contains(words))
  }

  @Test("A command is found by any part of its name, what begins so first") func parts() {
    var state = Sample.state()
    #expect(state.candidates(for: "sort").map(\.text) == ["sort", "next-sort"])
    state.type(":elp<Enter>")
    #expect(state.place == .help)
    #expect(
      state.type("q:elet<Enter>") == [] && state.input != nil, "what changes something is named from its beginning")
    #expect(state.candidates(for: "no such").isEmpty)
  }

  @Test("A view is shown with what is to be seen of its list, and a mistake leaves one where one was")
  func viewsByFilter() {
    var state = Sample.state()
    state.type(":jobs /postgres<Enter>")
    #expect(state.place == .jobs && state.jobs.filter.text == "postgres")
    state.type(":mirrors state:failed<Enter>")
    #expect(state.place == .mirrors && state.mirrors.shown == 1)
    state.type(":jobs state:bogus<Enter><Esc>")
    #expect(state.place == .mirrors)
    state.type("<Esc>:open job-2<Enter>")
    #expect(state.place == .job("job-2"))
    state.type("1:open quay.io/example/new:1<Enter>")
    #expect(state.place == .mirror("quay.io/example/new:1"))
    state.type("1:open quay.io<Enter>")
    #expect(state.place == .registry("quay.io"))
  }

  @Test(
    "Names, fields and states are completed where a command takes them",
    arguments: [
      ("open NGINX", ["open docker.io/library/nginx:1.27"]), ("open job-1", ["open job-1"]),
      ("filter st", ["filter state:"]), ("filter app state:sour", ["filter app state:source-missing"]),
      ("jobs /state:fai", ["jobs /state:failed"]), ("jobs /or", ["jobs /origin:"]),
      ("filter registry:qu", ["filter registry:quay.io"]),
      ("browse s", ["browse source"]), ("messages x", []),
    ])
  func arguments(typed: String, candidates: [String]) {
    let state = Sample.state()
    #expect(state.candidates(for: typed).map(\.text) == candidates)
  }

  @Test("The dashboard begins where the command line says, and says what it does not know") func start() throws {
    var state = Sample.state(load: nil, isOpen: false)
    state.start = try DashboardStart(view: "prob", filter: "state:unreach", now: Sample.now)
    _ = state.reduce(Sample.opened(1, State.Installed(name: "x"), Remembered(view: "jobs")))
    _ = state.reduce(.loaded(Sample.load))
    #expect(state.place == .problems && state.problems.shown == 1 && state.start == nil)
    #expect(try DashboardStart(view: nil, filter: "nginx", now: Sample.now).view == .mirrors)
    for (view, filter, words) in [
      ("bogus", nil, "unknown view 'bogus'; views: mirrors, jobs"), ("r", nil, "unknown view 'r'"),
      ("messages", "x", "the view messages has no filter"), ("jobs", "state:bogus", "--filter: no state begins"),
    ] as [(String?, String?, String)] {
      let error = #expect(throws: MirrorError.self) { try DashboardStart(view: view, filter: filter, now: Sample.now) }
      #expect(error?.reason.contains(words) ?? false, "\(String(describing: error))")
    }
  }

  @Test("A row's page is opened, and copied for where there is no browser") func browse() {
    var state = Sample.state()
    let page = "https://hub.docker.com/_/alpine/tags?name=3.20"
    #expect(state.type("B") == [.terminal(.copy(page)), .act(.browse(page))])
    let console =
      "https://eu-central-1.console.aws.amazon.com/ecr/repositories/private/123456789012/mirror/alpine?region=eu-central-1"
    #expect(state.type(":browse destination<Enter>") == [.terminal(.copy(console)), .act(.browse(console))])
    state.type("/dead<Enter>")
    #expect(state.type(":browse source<Enter>") == [])
    #expect(state.said.contains("no web page is known for its registry"))
  }

  @Test("Tab goes through what begins so, Shift-Tab back, and typing goes on from there") func completion() {
    var state = Sample.state()
    state.type(":ma<Tab>")
    #expect(Self.typed(state) == "mark")
    state.type("<Tab>")
    #expect(Self.typed(state) == "mark-all")
    state.type("<BackTab><BackTab>")
    #expect(Self.typed(state) == "unmark")
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
    #expect(state.place == .mirrors && state.said.contains("nothing to go back to"))
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
