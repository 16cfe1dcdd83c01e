import FoundationEssentials
import MirrorCore
import Terminal
import Testing

@testable import TUI

@Suite struct ReduceTests {
  static let nginx = "docker.io/library/nginx:1.27"

  @Test(
    "Keys ask for what they say",
    arguments: [
      ("jm", [Effect.act(.sweep(1, .mirror(.sources([nginx]))))]),
      ("jc", [.act(.sweep(1, .check(.sources([nginx]))))]),
      ("C", [.act(.sweep(1, .check(.all)))]),
      ("My", [.act(.plan(1, .drifted)), .act(.stopPlan), .act(.sweep(1, .mirror(.drifted)))]),
      ("M<Enter>", [.act(.plan(1, .drifted)), .act(.stopPlan), .act(.sweep(1, .mirror(.drifted)))]),
      ("M<Right><Enter>", [.act(.plan(1, .drifted)), .act(.stopPlan)]),
      (" jj c", [.act(.sweep(1, .check(.sources(["docker.io/library/alpine:3.20", "docker.io/library/redis:7"]))))]),
      ("jDy", [.act(.remove([nginx]))]),
      ("jDn", []),
      ("jD<Esc>", []),
      ("jD<Enter>", []),
      ("jx", [.act(.setEnabled([nginx], false))]),
      ("/off<Enter>x", []),
      ("/off<Enter>X", [.act(.setEnabled(["quay.io/example/off:1"], true))]),
      (" jj xy", [.act(.setEnabled(["docker.io/library/alpine:3.20", "docker.io/library/redis:7"], false))]),
      (" jj x<Enter>", []),
      ("jjKy", [.act(.cancel(jobs: ["job-2"]))]),
      ("2Ky", [.act(.cancel(jobs: ["job-2"]))]),
      ("2j<Enter>Ky", [.act(.cancel(jobs: ["job-3"]))]),
      ("2jjK", []),
      ("q", [.program(.quit)]),
      ("j<Enter>q", []),
      ("j<Enter>qq", [.program(.quit)]),
      ("<^C>", [.program(.quit)]),
      ("/a<^C>", [.program(.quit)]),
      ("a<^C>", [.program(.quit)]),
      ("D<^C>", [.program(.quit)]),
      ("<^Z>", [.terminal(.suspend)]),
      ("<^L>", [.terminal(.redraw)]),
      ("r", [.reload]),
      ("C<Esc>", [.act(.sweep(1, .check(.all))), .act(.stopSweeps)]),
      ("<Esc>", []),
      ("?", []),
    ])
  func effects(keys: String, expected: [Effect]) {
    var state = Sample.state()
    #expect(state.type(keys) == expected)
  }

  @Test("The first rows of a large table can be used while the rest is read, which the first line says")
  func loading() {
    var state = Sample.state(load: nil)
    _ = state.reduce(.loading(Load(at: Sample.now, mirrors: Array(Sample.mirrors.prefix(2)), jobs: [], lastSweep: nil)))
    state.type("j")
    let (title, text) = (state.render().grid.text.prefix { $0 != "\n" }, state.render().grid.text)
    #expect(title.hasSuffix("reading") && text.contains("nginx:1.27"))
    _ = state.reduce(.loaded(Sample.load))
    #expect(state.mirrors.selected?.id == Self.nginx)
    #expect(state.render().grid.text.prefix { $0 != "\n" }.hasSuffix("live"))
  }

  @Test(
    "Delete, cancel and mirror-all name what they are about",
    arguments: [
      ("jD", "Delete 1 mirror?", nginx), ("2K", "Cancel 1 job?", "docker.io/library/postgres:17"),
      ("M", "Mirror 3 mirrors (1 failed, 1 drifted, 1 missing) now?", nginx),
      ("*D", "Delete 12 mirrors?", nginx),
    ])
  func confirmations(keys: String, question: String, subject: String) {
    var state = Sample.state()
    if keys == "M" {
      state = Sample.state(
        load: Load(at: Sample.now, mirrors: Sample.mirrors.filter { $0.state != .blocked }, jobs: [], lastSweep: nil))
    }
    state.type(keys)
    let text = state.render().grid.text
    #expect(text.contains(question))
    #expect(text.contains(subject))
    guard case .confirmation(let asked) = state.input else { return #expect(Bool(false), "no registry was asked") }
    // Copies take nothing away, and were looked at.
    #expect(asked.isYesChosen == (keys == "M"))
  }

  @Test("When the rows change the cursor stays at its line, and the marks with their rows") func identity() {
    var state = Sample.state()
    state.type("j jj")
    let others = ["aaa", "bbb", "ccc"].map { MirrorRow(Sample.mirror($0, to: ["x/y:1"], .inSync)) }
    _ = state.reduce(
      .loaded(Load(at: Sample.now, mirrors: others + Sample.mirrors.reversed(), jobs: [], lastSweep: nil)))
    #expect(state.mirrors.position == 4 && state.mirrors.selected?.id == Self.nginx)
    #expect(state.mirrors.marks == [Self.nginx])
    let without = Sample.mirrors.filter { $0.id != Self.nginx }
    _ = state.reduce(.loaded(Load(at: Sample.now, mirrors: without, jobs: [], lastSweep: nil)))
    #expect(state.mirrors.position == 4)
    #expect(state.mirrors.marks.isEmpty)
    _ = state.reduce(.loaded(Load(at: Sample.now, mirrors: [], jobs: [], lastSweep: nil)))
    #expect(state.mirrors.selected == nil)
    #expect(state.type("mcxDe K<Enter>l") == [])
  }

  @Test("The cursor goes to the row that was added, once it is there") func added() {
    var state = Sample.state()
    state.type("aquay.io/new/app:1<Tab>r.example/app<Enter>")
    let before = state.mirrors.selected?.id
    _ = state.reduce(.loaded(Sample.load))
    #expect(state.mirrors.selected?.id == before)
    let new = MirrorRow(Sample.mirror("quay.io/new/app:1", to: ["r.example/app:1"], .unknown))
    let load = Load(at: Sample.now, mirrors: Sample.mirrors + [new], jobs: [], lastSweep: nil)
    _ = state.reduce(.loaded(load))
    #expect(state.mirrors.selected?.id == "quay.io/new/app:1")
    state.type("g")
    _ = state.reduce(.loaded(load))
    #expect(state.mirrors.selected?.id != "quay.io/new/app:1")
  }

  @Test("Marks that the filter hides are left alone, and that is said") func hiddenMarks() {
    var state = Sample.state()
    #expect(state.type(" /redis<Enter>m") == [])
    #expect(state.said.contains("hidden by the filter"))
    #expect(state.type("<Esc>m").count == 1)
  }

  @Test("A row that cannot be read can be seen, and nothing is done with it") func unreadable() {
    var state = Sample.state()
    #expect(state.type("G") == [])
    #expect(state.type("m") == [])
    #expect(state.said.contains("cannot be read: Destination is a number"))
    state.type("<Enter>")
    #expect(state.render().grid.text.contains("Destination is a number"))
  }

  @Test("Esc takes back one thing at a time: typing, filter, view, checks") func back() {
    var state = Sample.state()
    state.type("C/alp<Enter><Enter>")
    #expect(state.place == .mirror("docker.io/library/alpine:3.20"))
    #expect(state.type("<Esc>") == [] && state.place == .mirrors)
    #expect(state.mirrors.count == 1)
    #expect(state.type("<Esc>") == [] && state.mirrors.count == Sample.mirrors.count)
    #expect(state.type("<Esc>") == [.act(.stopSweeps)])
    #expect(state.type("/red<Esc>") == [] && state.mirrors.filter.isEmpty)
  }

  @Test("A bad pattern keeps what was shown, and its error stands beside it") func badPattern() {
    var state = Sample.state()
    state.type("/redis<Enter>/ state:zz")
    #expect(state.mirrors.count == 1)
    #expect(state.render().grid.text.contains("no state begins with zz"))
    state.type("<Enter>")
    #expect(state.input != nil)
    state.type("<Esc>")
    #expect(state.mirrors.filter.text == "redis")
  }

  @Test("What is pasted is never taken for keys") func paste() {
    var state = Sample.state()
    #expect(state.reduce(.key(.paste("Dy"))) == [])
    #expect(state.input == nil)
    state.type("/")
    _ = state.reduce(.key(.paste("red\n")))
    #expect(state.mirrors.filter.text == "red")
  }

  @Test("The failure and its countdown go when the store answers again") func failure() {
    var state = Sample.state()
    _ = state.reduce(Sample.failure("gone", in: 5))
    #expect(state.failure != nil)
    #expect(state.problems.rows.contains { $0.reason == "gone" })
    _ = state.reduce(.unchanged(Sample.now.addingTimeInterval(5)))
    #expect(state.failure == nil)
    #expect(!state.problems.rows.contains { $0.reason == "gone" })
    #expect(state.messages.map(\.text) == ["gone", "working again after 5s: error"])
    #expect(!state.isStale)
  }

  @Test("Messages are kept to their limit, and the newest stands in its line for a while") func messages() {
    var state = Sample.state()
    for number in 0..<Message.limit + 50 { state.say(.info, "message \(number)") }
    #expect(state.messages.count == Message.limit)
    #expect(state.render().grid.text.contains("message 549"))
    _ = state.reduce(.tick(Sample.now.addingTimeInterval(Message.shown + 1)))
    #expect(!state.render().grid.text.contains("message 549"))
    state.type("7")
    #expect(state.render().grid.text.contains("message 549"))
  }

  @Test("Checks under way are counted in the title until they end, and not too many start") func sweeps() {
    var state = Sample.state()
    state.type("C")
    _ = state.reduce(.sweepProgress(1, SweepProgress(looked: 12, known: 24)))
    #expect(state.render().grid.text.contains("checking 12/24"))
    _ = state.reduce(.sweepEnded(1, Message(at: Sample.now, severity: .good, text: "checked 12 mirrors")))
    #expect(!state.render().grid.text.contains("checking"))
    #expect(state.render().grid.text.contains("checked 12 mirrors"))
    var effects: [Effect] = []
    for _ in 0..<20 { effects += state.type("c") }
    #expect(effects.count == 8)
  }

  @Test("Nothing that is drawn before the next age changes would differ") func nextChange() throws {
    let state = Sample.state()
    let frame = state.render()
    let next = try #require(frame.nextChange)
    #expect(next > Sample.now)
    var later = state
    _ = later.reduce(.unchanged(next.addingTimeInterval(-0.01)))
    #expect(later.render().grid == frame.grid)
    _ = later.reduce(.unchanged(Sample.now.addingTimeInterval(61)))
    #expect(later.render().grid != frame.grid)
  }
}
