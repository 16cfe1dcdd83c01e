import FoundationEssentials
import MirrorCore
import Terminal
import Testing

@testable import TUI

/// One dashboard on several installations.
@Suite struct InstallationTests {
  @Test(
    "Another installation is asked for by its name, and Tab offers those that are known",
    arguments: [
      ("Iprod<Enter>", [Effect.use("prod")]),
      ("Ip<Tab><Enter>", [.use("prod")]),
      ("I<Tab><Tab><Tab><Enter>", [.use("local")]),
      (":use /srv/mirrors<Enter>", [.use("/srv/mirrors")]),
      ("I<Enter>", []),
      ("Iprod<Esc>", []),
    ])
  func asking(keys: String, expected: [Effect]) {
    var state = Sample.state()
    #expect(state.type(keys) == expected)
    #expect(state.opening == (expected.isEmpty ? nil : keys.contains("srv") ? "/srv/mirrors" : state.opening))
    #expect(state.mirrors.rows == Sample.mirrors)
  }

  @Test("The one on the screen stays until the other is open") func opening() {
    var state = Sample.state()
    state.type("Iprod<Enter>")
    #expect(state.render().grid.text.contains("opening prod"))
    _ = state.reduce(.notOpened("prod", "it is not there"))
    #expect(!state.render().grid.text.contains("opening prod"))
    #expect(state.messages.last?.text == "cannot open prod: it is not there")
    #expect(state.mirrors.rows == Sample.mirrors)
  }

  @Test("Nothing of one installation is shown with another; what was said stays") func entering() throws {
    var state = Sample.state(isProduction: true)
    state.type("C2:theme dark<Enter>/nginx<Enter>Iprod<Enter>")
    let memory = Remembered(view: "runs", commands: ["sort state"])
    _ = state.reduce(.opened(State.Installed(name: "prod (1 eu-central-1)"), memory))
    let text = state.render().grid.text
    #expect(text.contains("prod (1 eu-central-1)") && !text.contains("PRODUCTION") && !text.contains("nginx"))
    #expect(state.mirrors.rows.isEmpty && state.jobs.rows.isEmpty && state.sweeps.isEmpty && state.fresh == nil)
    #expect(state.place == .runs && state.commands == ["sort state"] && state.theme == .dark)
    #expect(try #require(state.messages.last).text == "opened prod; 1 check under way at \(Sample.name) stopped")
    // A message of the sweep that was stopped finds none of its own.
    state.type("1C")
    #expect(state.sweeps.map(\.id) == [2])
  }

  @Test("The first installation takes up where one left, with nothing to say") func first() {
    var state = Sample.state(load: nil)
    _ = state.reduce(Sample.failure("the network is down", in: 5))
    _ = state.reduce(
      .opened(State.Installed(name: "prod (1 eu-central-1)", isProduction: true), Remembered(view: "jobs")))
    #expect(state.place == .jobs && state.failure == nil && state.context.isProduction)
    #expect(state.messages.map(\.text) == ["the network is down"])
  }
}
