import FoundationEssentials
import MirrorCore
import OCIRegistry
import Terminal
import Testing

@testable import TUI

@Suite struct CauseTests {
  private static let outage = (1...5).map { number in
    MirrorRow(
      Sample.mirror(
        "quay.io/team/app\(number):1", to: ["\(Sample.account)/app\(number):1"], .unreachable,
        since: 600 * Double(number),
        error: "source: quay.io failed with status 503 on quay.io/team/app\(number):1: Service Unavailable"))
  }

  private static func state(_ mirrors: [MirrorRow] = outage + Sample.mirrors) -> State {
    var state = Sample.state(load: Load(at: Sample.now, mirrors: mirrors, jobs: [], lastSweep: nil))
    var quay = RegistryStatus(registry: "quay.io")
    (quay.lastError, quay.trouble) = (
      "it answered with status 503", RegistryTrouble("quay.io", "503", isWhole: true)
    )
    _ = state.reduce(.registries([quay], signIns: [:]))
    state.type("6")
    return state
  }

  @Test("A registry's outage is one problem, before those of single mirrors, and unfolds to its rows") func outage() {
    var state = Self.state()
    #expect(state.problems.total == 11 && state.problemCauses == 6)
    #expect(state.problems.count == 6 && state.problems.row(0)?.word == "unreadable")
    state.type("j")
    #expect(state.problems.selectedGroup?.name == "quay.io: 503")
    #expect(state.render().grid.text.contains("▸ quay.io: 503 (6)  for 50m  unreachable  check registry"))
    state.size = Size(rows: 24, columns: 120)
    state.paneWish = .none
    let text = state.render().grid.text
    #expect(text.contains("▸ quay.io: 503 (6)  for 50m  unreachable  check registry and sign-in; c checks again"))
    #expect(text.contains("Problems 6"))
    state.type("<Enter>")
    #expect(state.problems.count == 12)
    state.type("/app3<Enter>")
    #expect(state.problems.count == 1 && state.problems.row(0)?.mirror == "quay.io/team/app3:1")
    #expect(state.render().grid.text.contains("Problems 6"))
  }

  @Test("Fewer than three of a cause stand alone, and a cause that comes anew is folded") func few() {
    var state = Self.state(Array(Self.outage.prefix(2)))
    _ = state.reduce(.registries([], signIns: [:]))
    #expect(state.problems.groups.isEmpty && state.problems.count == 2)
    state.type("j")
    _ = state.reduce(.loaded(Load(at: Sample.now, mirrors: Self.outage, jobs: [], lastSweep: nil)))
    #expect(state.problems.count == 1 && state.problems.selectedGroup?.rows.count == 5)
    _ = state.reduce(.loaded(Load(at: Sample.now, mirrors: [], jobs: [], lastSweep: nil)))
    #expect(state.problems.count == 0 && state.problemCauses == 0)
    _ = state.reduce(.loaded(Load(at: Sample.now, mirrors: Self.outage, jobs: [], lastSweep: nil)))
    state.type("b")
    #expect(state.problems.groupingName == nil && state.problems.count == 5)
  }

  @Test("A key does what helps: all of a cause are looked at, a failed one is mirrored, a lost one edited")
  func remedies() {
    var state = Self.state()
    state.type("j")
    guard case .act(.sweep(_, .check(.sources(let sources))))? = state.type("f").first else {
      return #expect(Bool(false))
    }
    #expect(Set(sources) == Set(Self.outage.map(\.id)))
    state.type("jf")
    #expect(state.type("") == [] && state.sweeps.count == 2)
    state.type("gf")
    #expect(state.said.contains("no key fixes this: fix the row"))
    state.type("Gf")
    #expect(state.sweeps.count == 3)
    state.type("/state:source-missing<Enter>f")
    guard case .form? = state.input else { return #expect(Bool(false), "\(String(describing: state.input))") }
  }
}
