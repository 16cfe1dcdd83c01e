import FoundationEssentials
import Glibc
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

  /// `ECRMIRROR_RANDOM_STEPS` takes more of them, `ECRMIRROR_RANDOM_SEED` others.
  private static let steps = number("ECRMIRROR_RANDOM_STEPS") ?? 2000
  private static let seed = number("ECRMIRROR_RANDOM_SEED").map(UInt64.init) ?? 1

  private static func number(_ variable: String) -> Int? {
    getenv(variable).flatMap { Int(String(cString: $0)) }
  }

  @Test("Thousands of random keys, news and sizes break neither state nor picture", arguments: GoldenTests.sizes)
  func steps(size: Size) {
    var random = Generator(state: Self.seed &* 1000 &+ UInt64(size.columns))
    var state = Sample.state(rows: size.rows, columns: size.columns)
    for step in 0..<Self.steps {
      let event = event(&random, state)
      for effect in state.reduce(event) {
        if case .act(.sweep(let id, _)) = effect, Bool.random(using: &random) {
          _ = state.reduce(.sweepEnded(id, Message(at: state.now, severity: .good, text: "done")))
        }
      }
      if state.awaitsShowing, Bool.random(using: &random) { _ = state.reduce(.shown(.now)) }
      let frame = state.render()
      let flaw = state.flaw ?? frame.flaw(of: state.size) ?? (step.isMultiple(of: 8) ? frame.grid.flaw : nil)
      if let flaw {
        Issue.record("seed \(Self.seed), step \(step) at \(size): after \(event) in \(state.trail), \(flaw)")
        return
      }
    }
  }

  private func event(_ random: inout Generator, _ state: State) -> Event {
    switch Int.random(in: 0..<100, using: &random) {
    case 0: return .resized(GoldenTests.sizes.randomElement(using: &random) ?? state.size)
    case 1:
      let (rows, columns) = (Int.random(in: 0...60, using: &random), Int.random(in: 0...220, using: &random))
      return .resized(Size(rows: rows, columns: columns))
    case 2..<6: return .loaded(load(&random, .all(rows(&random)), at: state.now))
    case 6..<9:
      return .loaded(load(&random, .changed(places(of: variants(&random), in: state)), at: state.now))
    case 9: return .loading(load(&random, .all(rows(&random)), at: state.now))
    case 10: return .history(Sample.history.shuffled(using: &random), of: .all)
    case 11: return .historyFailed("it failed\u{1b}[2J", of: .all)
    case 12: return Sample.failure("it failed\u{1b}[2J", in: 3)
    case 13: return .tick(state.now.addingTimeInterval(Double.random(in: 0...40, using: &random)))
    case 14..<17:
      guard let source = state.log?.source else { return .unchanged(state.now) }
      if Int.random(in: 0..<5, using: &random) == 0 { return .logFailed("no\u{202e}where", of: source) }
      return .log(LogTests.page(1...Int.random(in: 1...400, using: &random)), of: source)
    case 17: return .registries(Sample.registries.shuffled(using: &random), signIns: Sample.signIns)
    case 18: return .sweepProgress(Int.random(in: 0...10, using: &random), SweepProgress(looked: 3, known: 10))
    case 19: return .sweepEnded(1, Message(at: state.now, severity: .bad, text: "長い \u{7}" + state.said))
    case 20:
      return Sample.looks.randomElement(using: &random).map { .inspected($0.key, $0.value) } ?? .unchanged(state.now)
    case 21:
      return .automation([Sample.automation, AutomationStatus()].randomElement(using: &random) ?? Sample.automation)
    default: return .key(Self.keys.randomElement(using: &random) ?? .escape)
    }
  }

  private func rows(_ random: inout Generator) -> [MirrorRow] {
    Array((Sample.mirrors + Sample.unruly).shuffled(using: &random).prefix(Int.random(in: 0...20, using: &random)))
  }

  /// Rows of the sample as they are while something else happens to them.
  private func variants(_ random: inout Generator) -> [MirrorRow] {
    rows(&random).map { row in
      guard var status = row.status, let state = DestinationState.allCases.randomElement(using: &random) else {
        return row
      }
      for index in status.destinations.indices { status.destinations[index].state = state }
      return MirrorRow(status)
    }
  }

  private func places(of rows: [MirrorRow], in state: State) -> [Int: MirrorRow] {
    let known = Dictionary(state.mirrors.rows.enumerated().map { ($1.id, $0) }, uniquingKeysWith: { first, _ in first })
    return Dictionary(
      rows.compactMap { row in known[row.id].map { ($0, row) } }, uniquingKeysWith: { first, _ in first })
  }

  private func load(_ random: inout Generator, _ mirrors: Load.Rows, at now: Date) -> Load {
    let jobs = Sample.jobs.shuffled(using: &random).prefix(Int.random(in: 0...3, using: &random))
    return Load(at: now, mirrors: mirrors, jobs: Array(jobs), lastSweep: nil, overview: Overview(Sample.mirrors))
  }
}
