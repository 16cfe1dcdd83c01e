import MirrorCore
import OCIRegistry
import Terminal
import Testing

@testable import TUI

@Suite struct GroupTests {
  @Test("Groups hold every row once, by name, in the list's order, and are left again") func groups() {
    var state = Sample.state()
    state.type("b")
    #expect(state.mirrors.groupingName == "repository")
    #expect(state.mirrors.groups.count == 13)
    state.type("b")
    #expect(
      state.mirrors.groups.map(\.name) == ["docker.io", "ghcr.io", "quay.io", "registry.example.com", "zzz bad row"])
    #expect(state.mirrors.count == Sample.mirrors.count + 5)
    state.type("Z")
    #expect(state.mirrors.count == 5)
    #expect(state.render().grid.text.contains("▸ docker.io (4)  drifted 1  copying 1  queued 1  in-sync 1"))
    state.type("Z")
    #expect(state.mirrors.count == Sample.mirrors.count + 5)
    state.type("b")
    #expect(state.mirrors.groupingName == nil && state.mirrors.count == Sample.mirrors.count)
  }

  @Test("Folding hides the rows and keeps the cursor on the group; Enter on its head unfolds it") func folding() {
    var state = Sample.state()
    state.type("jjj:group registry<Enter>z")
    #expect(state.mirrors.selected == nil)
    #expect(state.mirrors.selectedGroup?.name == "docker.io")
    #expect(state.mirrors.count == Sample.mirrors.count + 1)
    state.type("<Enter>")
    #expect(state.mirrors.count == Sample.mirrors.count + 5)
    #expect(state.place == .mirrors)
    state.type("j<Enter>")
    #expect(state.place == .mirror("docker.io/library/alpine:3.20"))
  }

  @Test("On a group's head an action is about all of the group, and marking marks it") func targets() {
    var state = Sample.state()
    state.type(":group registry<Enter>g")
    #expect(state.mirrors.targets.count == 4)
    guard case .act(.sweep(_, .check(.sources(let sources))))? = state.type("c").first else {
      return #expect(Bool(false))
    }
    #expect(sources.count == 4)
    state.type(" ")
    #expect(state.mirrors.marks.count == 4)
    state.type("k ")
    #expect(state.mirrors.marks.isEmpty)
  }

  @Test("Filter and news keep groups and what is folded") func changes() {
    var state = Sample.state()
    state.type(":group registry<Enter>Z/redis<Enter>")
    #expect(state.mirrors.groups.map(\.name) == ["docker.io"])
    #expect(state.mirrors.count == 1)
    state.type("<Esc>")
    #expect(state.mirrors.count == 5)
    _ = state.reduce(.loaded(Sample.load))
    #expect(state.mirrors.count == 5 && state.mirrors.groupingName == "registry")
  }

  @Test(
    "A reference's registry and repository are found whatever it looks like",
    arguments: [
      ("docker.io/library/alpine:3", "docker.io", "docker.io/library/alpine"),
      ("localhost:5000/a/b:1", "localhost:5000", "localhost:5000/a/b"),
      ("localhost:5000/a", "localhost:5000", "localhost:5000/a"),
      ("x.io/a@sha256:\(String(repeating: "a", count: 64))", "x.io", "x.io/a"),
      ("x.io/a:1@sha256:\(String(repeating: "a", count: 64))", "x.io", "x.io/a"), ("", "", ""),
    ])
  func references(text: String, registry: String, repository: String) {
    #expect(text.registry == registry)
    #expect(text.repository == repository)
  }
}
