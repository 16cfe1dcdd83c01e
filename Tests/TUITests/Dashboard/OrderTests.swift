import FoundationEssentials
import MirrorCore
import Terminal
import Testing

@testable import TUI

@Suite struct OrderTests {
  private static func rows(_ count: Int, state: (Int) -> DestinationState) -> Load {
    let rows = (0..<count).map { number in
      MirrorRow(Sample.mirror("quay.io/a/b:\(1000 + number)", to: ["r.example.com/b:\(number)"], state(number)))
    }
    return Load(at: Sample.now, mirrors: rows, jobs: Sample.jobs, lastSweep: nil)
  }

  @Test("At the start the worst comes first, and among jobs those at work") func start() {
    var state = Sample.state(isAsStarted: true)
    #expect(state.mirrors.sortText == "state down")
    let weights = (1..<state.mirrors.count).map { state.mirrors.row($0)?.state?.weight ?? 99 }
    #expect(weights == weights.sorted(by: >) && weights.count == 12)
    #expect(state.mirrors.selected?.word == "unreadable")
    state.type("2")
    #expect(state.jobs.visible.map { state.jobs.rows[$0].job.state } == [.running, .runnable, .failed])
  }

  @Test("Each column that one may look for has a key, a letter of its title that does nothing else in the view")
  func keys() {
    let state = Sample.state()
    for view in View.all {
      guard let list = state[view] else { continue }
      let keys = list.sortKeys
      #expect(!keys.isEmpty && Set(keys.map(\.key)).count == keys.count, "\(view)")
      for (key, title) in keys {
        #expect(title.contains(key), "\(key) in \(title)")
        #expect(KeyTable.standard.binding(for: .character(key), in: view) == nil, "\(key) in \(view)")
      }
    }
    #expect(state.mirrors.sortKeys.map(\.title) == ["SOURCE", "DESTINATION", "STATE", "SINCE", "CHECKED", "EXPIRES"])
  }

  @Test("A column's key sorts by it, and once more the other way round; the help and the title tell it") func sorting()
  {
    var state = Sample.state()
    state.type("S")
    #expect(state.mirrors.sortText == "state down")
    state.type("S")
    #expect(state.mirrors.sortText == "state up")
    state.type("O")
    #expect(state.mirrors.sortText == "source up")
    state.type("?")
    #expect(state.text(width: 80).contains { $0.spans.map(\.text) == ["O              ", "source"] })
  }

  @Test("Sorting and opening a view show its first rows; going back to one shows where one was") func top() {
    var state = Sample.state(load: Self.rows(500) { _ in .inSync })
    state.type("GS")
    #expect(state.mirrors.position == 0 && state.mirrors.top == 0)
    state.type("Gs")
    #expect(state.mirrors.position == 0 && state.mirrors.top == 0)
    state.type("G<Enter><Esc>")
    #expect(state.mirrors.position == 499)
    state.type("21")
    #expect(state.mirrors.position == 0 && state.mirrors.top == 0)
    state.type("G<Tab><BackTab>")
    #expect(state.mirrors.position == 0)
    state.type("G?<")
    #expect(state.mirrors.position == 499)
  }

  @Test("Jobs that begin while one looks at others come into sight at the top") func running() {
    var state = Sample.state(rows: 12)
    state.type("2")
    let begun = (0..<30).map { number in
      JobRow(
        Job(
          id: "new-\(number)", name: "adhoc-\(number)", request: Sample.jobs[0].job.request, state: .running,
          created: Sample.now.addingTimeInterval(Double(number))))
    }
    _ = state.reduce(
      .loaded(Load(at: Sample.now, mirrors: Sample.mirrors, jobs: Sample.jobs + begun, lastSweep: nil)))
    #expect(state.jobs.position == 0 && state.jobs.top == 0 && state.jobs.selected?.id == "new-29")
  }

  @Test("What an action changes of the worst row moves the row, not the cursor; marks go with their rows")
  func actions() {
    var state = Sample.state(load: Self.rows(2000) { $0 == 1500 ? .failed : .inSync }, isAsStarted: true)
    #expect(state.mirrors.selected?.id == "quay.io/a/b:2500")
    #expect(state.type("V").isEmpty && state.mirrors.marks == ["quay.io/a/b:2500"])
    let changed = MirrorRow(Sample.mirror("quay.io/a/b:2500", to: ["r.example.com/b:1500"], .disabled, enabled: false))
    _ = state.reduce(
      .loaded(
        Load(at: Sample.now, mirrors: .changed([1500: changed]), jobs: [], lastSweep: nil, overview: state.overview)))
    #expect(state.mirrors.position == 0 && state.mirrors.top == 0)
    #expect(state.mirrors.selected?.id == "quay.io/a/b:1000")
    #expect(state.mirrors.marks == ["quay.io/a/b:2500"])
    state.type("G")
    #expect(state.mirrors.selected?.id == "quay.io/a/b:2500")
  }

  @Test("Rows that change one by one stand where sorting all of them anew would put them", arguments: [1, 5, 40])
  func incremental(changes: Int) {
    var random = RandomTests.Generator(state: 7)
    let states = DestinationState.allCases
    for keys in ["", "S", "E", "O"] {
      var state = Sample.state(load: Self.rows(300) { states[$0 % states.count] }, isAsStarted: true)
      state.type(keys)
      for _ in 0..<20 {
        var changed: [Int: MirrorRow] = [:]
        for _ in 0..<changes {
          let index = Int.random(in: 0..<300, using: &random)
          let row = state.mirrors.rows[index]
          changed[index] = MirrorRow(
            Sample.mirror(
              row.id, to: ["r.example.com/b:\(index)"], states[Int.random(in: 0..<states.count, using: &random)],
              since: Double(Int.random(in: 0..<9, using: &random))))
        }
        _ = state.reduce(
          .loaded(
            Load(at: Sample.now, mirrors: .changed(changed), jobs: [], lastSweep: nil, overview: state.overview)))
        var anew = state.mirrors
        anew.replace(anew.rows)
        #expect(state.mirrors.visible == anew.visible)
      }
    }
  }

  @Test("Where rows are spoken the cursor stays on the one that was heard") func spoken() {
    var context = State.Context(installed: State.Installed(name: "x"), isReadOnly: false, isASCII: true)
    context.isSpoken = true
    var state = State(context: context, size: Size(rows: 24, columns: 80), now: Sample.now)
    _ = state.reduce(.loaded(Self.rows(20) { $0 == 15 ? .failed : .inSync }))
    let heard = state.mirrors.selected?.id
    _ = state.reduce(.loaded(Self.rows(20) { $0 == 3 ? .failed : .inSync }))
    #expect(state.mirrors.selected?.id == heard && state.mirrors.position == 15)
  }

  @Test("A key that acts is not taken for another row that came under the cursor as it was pressed") func slips() {
    let start = ContinuousClock.now
    func press(_ state: inout State, _ key: Key, _ time: Duration) -> [Effect] {
      state.reduce(.key(key, Arrival(at: start + time)))
    }
    var state = Sample.state(load: Self.rows(20) { $0 == 5 ? .failed : .inSync }, isAsStarted: true)
    #expect(press(&state, "c", .seconds(1)).count == 1)
    _ = state.reduce(.loaded(Self.rows(20) { $0 == 9 ? .failed : .inSync }))
    #expect(state.awaitsShowing)
    #expect(press(&state, "c", .seconds(2)) == [] && state.said.contains("another row moved under the cursor"))
    _ = state.reduce(.shown(start + .seconds(3)))
    #expect(press(&state, "m", .milliseconds(3200)) == [])
    #expect(press(&state, "C", .milliseconds(3205)).count == 1, "it is about no row")
    #expect(press(&state, "j", .milliseconds(3250)) == [] && state.mirrors.position == 1)
    #expect(press(&state, "m", .milliseconds(3450)).count == 1)
    // Another view is gone to on purpose.
    state.type("g")
    _ = state.reduce(.loaded(Self.rows(20) { $0 == 11 ? .failed : .inSync }))
    #expect(state.awaitsShowing)
    state.type("21")
    #expect(!state.awaitsShowing)
    _ = state.reduce(.loaded(Self.rows(20) { $0 == 9 ? .failed : .inSync }))
    state.type("21")
    // Where the same row stays there, nothing is asked for once more.
    _ = state.reduce(.loaded(Self.rows(20) { $0 == 9 ? .failed : .drifted }))
    #expect(!state.awaitsShowing)
  }

  @Test(
    "The counts that have no room are told of in a word, the most urgent come first",
    arguments: [(80, "and 8 more"), (40, "and 11 more"), (200, "expired 1"), (20, "and 13 more")])
  func counts(columns: Int, words: String) {
    var state = Sample.state(columns: columns)
    // Jobs under way would take some of the room.
    _ = state.reduce(.loaded(Load(at: Sample.now, mirrors: Sample.mirrors, jobs: [], lastSweep: nil)))
    let line = state.render().grid.text.split(separator: "\n")[1]
    #expect(line.contains(words), "\(line)")
    #expect(line.contains("…") == false)
    if columns >= 40 { #expect(line.hasPrefix(" unreadable 1  failed 1")) }
  }
}
