import FoundationEssentials
import MirrorCore
import Terminal
import Testing

@testable import TUI

@Suite struct RandomTests {
  /// The same numbers for the same seed, so that what fails can be run again.
  struct Generator: RandomNumberGenerator {
    var state: UInt64
    mutating func next() -> UInt64 {
      state &+= 0x9e37_79b9_7f4a_7c15
      var z = state
      z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
      z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
      return z ^ (z >> 31)
    }
  }

  static let keys: [Key] =
    KeyTable.standard.bindings.flatMap(\.keys) + [
      .enter, .escape, .tab, .backspace, .paste("state:drifted x"), .unknown, "y", "n", "é", "漢", "a", "!", ":", .left,
      .right, .home, .end,
    ]

  @Test("Random keys, news and sizes never break the picture", arguments: 1...4 as ClosedRange<UInt64>)
  func steps(seed: UInt64) {
    var random = Generator(state: seed)
    var state = Sample.state()
    for step in 0..<600 {
      for effect in state.reduce(event(&random, state)) {
        if case .check(let id, _) = effect, Bool.random(using: &random) {
          _ = state.reduce(.sweepEnded(id, Message(at: state.now, severity: .good, text: "done")))
        }
      }
      check(state.mirrors, "seed \(seed), step \(step)")
      check(state.jobs, "seed \(seed), step \(step)")
      check(state.history, "seed \(seed), step \(step)")
      check(state.runs, "seed \(seed), step \(step)")
      check(state.registries, "seed \(seed), step \(step)")
      check(state.problems, "seed \(seed), step \(step)")
      let frame = state.render()
      var isWhole = frame.grid.size == state.size && !state.trail.isEmpty
      if let cursor = frame.cursor {
        isWhole = isWhole && (0..<max(state.size.rows, 1)).contains(cursor.row)
        isWhole = isWhole && (0..<max(state.size.columns, 1)).contains(cursor.column)
      }
      if !isWhole {
        Issue.record(
          "seed \(seed), step \(step): \(state.place), \(frame.grid.size), \(String(describing: frame.cursor))")
      }
    }
  }

  private func check<Row>(_ list: RowList<Row>, _ place: String) {
    let isWhole =
      Set(list.visible).count == list.visible.count
      && list.visible.allSatisfy { list.rows.indices.contains($0) }
      && (list.count == 0 ? list.position == 0 : (0..<list.count).contains(list.position))
      && list.groups.flatMap(\.rows).sorted() == (list.groupingName == nil ? [] : list.visible.sorted())
      && list.top >= 0 && list.top <= max(list.count - 1, 0)
      && list.marks.isSubset(of: Set(list.rows.map(\.id)))
    if !isWhole { Issue.record("\(place): \(list.count) rows, cursor \(list.position), top \(list.top)") }
  }

  private func event(_ random: inout Generator, _ state: State) -> Event {
    switch Int.random(in: 0..<100, using: &random) {
    case 0..<3:
      let (rows, columns) = (Int.random(in: 0...60, using: &random), Int.random(in: 0...220, using: &random))
      return .resized(Size(rows: rows, columns: columns))
    case 3..<8:
      let mirrors = Sample.mirrors.shuffled(using: &random).prefix(Int.random(in: 0...13, using: &random))
      let jobs = Sample.jobs.shuffled(using: &random).prefix(Int.random(in: 0...3, using: &random))
      return .loaded(Load(at: state.now, mirrors: Array(mirrors), jobs: Array(jobs), lastSweep: nil))
    case 8..<10: return .history(Sample.history.shuffled(using: &random), of: .all)
    case 10: return Sample.failure("it failed\u{1b}[2J", in: 3)
    case 11: return .tick(state.now.addingTimeInterval(Double.random(in: 0...40, using: &random)))
    case 12..<14:
      guard let source = state.log?.source else { return .unchanged(state.now) }
      return .log(LogTests.page(1...Int.random(in: 1...400, using: &random)), of: source)
    case 15:
      return .registries(Sample.registries.shuffled(using: &random), signIns: Sample.signIns)
    case 16:
      return .automation([Sample.automation, AutomationStatus()].randomElement(using: &random) ?? Sample.automation)
    case 14:
      let progress = SweepProgress(looked: 3, known: 10)
      return .sweepProgress(Int.random(in: 0...10, using: &random), progress)
    default: return .key(Self.keys.randomElement(using: &random) ?? .escape)
    }
  }
}
