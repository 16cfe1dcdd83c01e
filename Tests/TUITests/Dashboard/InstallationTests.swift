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
      ("Iprod<Enter>", [Effect.program(.open("prod", number: 2))]),
      ("Ip<Tab><Enter>", [.program(.open("prod", number: 2))]),
      ("I<Tab><Tab><Tab><Enter>", [.program(.open("local", number: 2))]),
      (":use /srv/mirrors<Enter>", [.program(.open("/srv/mirrors", number: 2))]),
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
    let effects = state.reduce(Sample.opened(2, State.Installed(name: "prod (1 eu-central-1)"), memory))
    guard case .program(.enter(let opened, let left, let looked, let wakes))? = effects.first else {
      return #expect(Bool(false), "nothing is entered: \(effects)")
    }
    #expect(opened.number == 2 && left.view == "jobs" && looked.view == "runs" && wakes)
    let text = state.render().grid.text
    #expect(text.contains("prod (1 eu-central-1)") && !text.contains("PRODUCTION") && !text.contains("nginx"))
    #expect(state.mirrors.rows.isEmpty && state.jobs.rows.isEmpty && state.sweeps.isEmpty && state.fresh == nil)
    #expect(state.place == .runs && state.commands == ["sort state"] && state.theme == .dark)
    #expect(try #require(state.messages.last).text == "opened prod; stopped 1 check at \(Sample.name)")
    // A message of the sweep that was stopped finds none of its own.
    state.type("1C")
    #expect(state.sweeps.map(\.id) == [2])
  }

  @Test("The first installation takes up where one left, with nothing to say") func first() {
    var state = Sample.state(load: nil)
    _ = state.reduce(Sample.failure("the network is down", in: 5))
    _ = state.reduce(
      Sample.opened(1, State.Installed(name: "prod (1 eu-central-1)", isProduction: true), Remembered(view: "jobs")))
    #expect(state.place == .jobs && state.failure == nil && state.context.isProduction)
    #expect(state.messages.map(\.text) == ["the network is down"])
  }

  @Test("What is meant at first is opened at once; where it cannot be, the program ends with the reason") func meant() {
    var state = Sample.state(load: nil, isOpen: false)
    #expect(state.reduce(.began) == [.program(.open(nil, number: 1))])
    #expect(state.reduce(.notOpened("prod", "it is not there"), from: 1) == [.program(.fail("it is not there"))])
  }

  @Test("Another one that cannot be opened before anything is open leads back to the first") func backToFirst() {
    var state = Sample.state(load: nil, isOpen: false)
    _ = state.reduce(.began)
    #expect(state.type("Iprod<Enter>") == [.program(.open("prod", number: 2))])
    #expect(state.type("r") == [.program(.open("prod", number: 3))])
    #expect(state.reduce(.notOpened("prod", "it is not there"), from: 2) == [])
    #expect(state.reduce(.notOpened("prod", "it is not there"), from: 3) == [.program(.open(nil, number: 4))])
    #expect(state.said == "cannot open prod: it is not there")
  }

  @Test("What an installation says after another took its place changes nothing") func late() {
    var state = Sample.state()
    state.type("Iprod<Enter>")
    _ = state.reduce(Sample.opened(2, State.Installed(name: "prod"), nil), from: 2)
    _ = state.reduce(.loaded(Sample.load), from: 1)
    #expect(state.mirrors.rows.isEmpty && state.fresh == nil)
    _ = state.reduce(.loaded(Sample.load), from: 2)
    #expect(state.mirrors.rows == Sample.mirrors)
  }

  @Test(
    "Before anything is open nothing can be changed, and keys and commands say so",
    arguments: ["a", "C", "R", ":check-all<Enter>", ":dump<Enter>"])
  func notOpen(keys: String) {
    var state = Sample.state(load: nil, isOpen: false)
    #expect(state.type(keys) == [])
    #expect(state.sweeps.isEmpty)
    #expect(state.render().grid.text.contains("\(Sample.name) is not open yet"))
  }
}
