import FoundationEssentials
import MirrorCore
import OCIRegistry
import Terminal
import Testing

@testable import TUI

/// The plan before the copy, as the dashboard shows it.
@Suite struct PlanQuestionTests {
  /// Two images to three destinations.
  static func plan(left: Int = 37, sizes: [String: Int64] = ["ghcr.io/example/tool:1": 60_000_000]) -> CopyPlan {
    var report = SweepReport()
    report.requests = [
      JobRequest(
        origin: .adhoc, mirror: ReduceTests.nginx, source: ReduceTests.nginx,
        destinations: ["\(Sample.account)/mirror/nginx:1.27", "ghcr.io/example/nginx:1.27"]),
      JobRequest(
        origin: .adhoc, mirror: "ghcr.io/example/tool:1", source: "ghcr.io/example/tool:1",
        destinations: ["\(Sample.account)/team/tool:1"]),
    ]
    report.found = [.drifted: 2, .missing: 1, .inSync: 1, .unreachable: 1]
    var hub = RegistryStatus(registry: "docker.io")
    (hub.limit, hub.remaining) = (RateLimit(count: 100), RateLimit(count: left))
    hub.resetsAt = Sample.now.addingTimeInterval(7200)
    return CopyPlan(report, sizes: sizes, registries: [hub])
  }

  @Test("M asks with how the mirrors stand, and looks; the look says what is copied where, and what that takes")
  func shown() {
    var state = Sample.state(columns: 100)
    #expect(state.type("M") == [.act(.plan(1, .drifted))])
    #expect(state.render().grid.text.contains("Mirror 4 mirrors (1 failed, 1 blocked, 1 drifted, 1 missing) now?"))
    _ = state.reduce(.planProgress(1, SweepProgress(looked: 3, known: 8)))
    #expect(state.render().grid.text.contains("Checking what there is to copy: 3 of 8 images."))
    _ = state.reduce(.planned(1, Self.plan()))
    let text = state.render().grid.text
    #expect(text.contains("Copy 2 images to 3 destinations, at most 57.2 MiB and 1 of unknown size?"))
    #expect(text.contains("nginx:1.27 →") && text.contains("/mirror/nginx:1.27 +1"))
    guard case .confirmation(let question) = state.input else { return #expect(Bool(false), "nothing is asked") }
    #expect(question.consequence.contains("Pulls from docker.io: at least 1 of 37 left; ghcr.io: 1, no limit"))
    #expect(text.contains("2 drifted, 1 missing. Not copied: 1 unreachable."))
    _ = state.reduce(.shown(.now))
    #expect(state.type("<Enter>") == [.act(.stopPlan), .act(.retry(Self.plan().requests))])
  }

  @Test("Where pulls do not last that is said before anything is copied") func short() {
    var state = Sample.state()
    state.type("M")
    _ = state.reduce(.planned(1, Self.plan(left: 0)))
    #expect(state.render().grid.text.contains("docker.io does not have enough pulls left before 2026-11-23T"))
  }

  @Test("A yes before the look is over looks and copies; a no stops the look, and a late plan is nobody's")
  func early() {
    var state = Sample.state()
    #expect(state.type("M<Enter>") == [.act(.plan(1, .drifted)), .act(.stopPlan), .act(.sweep(1, .mirror(.drifted)))])
    #expect(state.type("Mn") == [.act(.plan(2, .drifted)), .act(.stopPlan)])
    _ = state.reduce(.planned(2, Self.plan()))
    #expect(state.input == nil)
    state.type("M")
    _ = state.reduce(.planned(2, Self.plan()))
    #expect(state.render().grid.text.contains("Mirror 4 mirrors"), "it is the plan of another question")
  }

  @Test("Marked mirrors are shown first, a single one is copied at once; in production all of them are typed")
  func marked() {
    var state = Sample.state()
    #expect(
      state.type(" jj m") == [
        .act(.plan(1, .sources(["docker.io/library/alpine:3.20", "docker.io/library/redis:7"])))
      ])
    state.type("<Esc>u")
    #expect(state.type("m").count == 1 && state.input == nil)
    state.context.installed.isProduction = true
    #expect(state.type("jm").count == 1)
    _ = state.reduce(.planned(2, Self.plan()))
    guard case .confirmation(let question) = state.input else { return #expect(Bool(false), "nothing is asked") }
    #expect(question.typed == "mirror 2")
  }

  @Test("A key that was typed ahead of what the look found is no answer to it") func typedAhead() {
    var state = Sample.state()
    state.type("M")
    _ = state.reduce(.planned(1, Self.plan()))
    #expect(state.awaitsShowing)
    #expect(state.reduce(.key(.enter)) == [])
    #expect(state.input != nil)
  }

  @Test("Where nothing is to be copied by now, or the look fails, that is said and nothing is asked") func nothing() {
    var state = Sample.state()
    state.type("M")
    var report = SweepReport()
    (report.mirrors, report.found) = (4, [.inSync: 5])
    _ = state.reduce(.planned(1, CopyPlan(report, sizes: [:], registries: [])))
    #expect(state.input == nil && state.said.contains("nothing to copy"))
    state.type("M")
    _ = state.reduce(.planFailed(2, .failure("cannot look", MirrorError(.backend, "locked"))))
    #expect(state.input == nil && state.said.contains("locked"))
  }
}
