import FoundationEssentials
import MirrorCore
import Terminal
import Testing

@testable import TUI

@Suite struct AutomationTests {
  private func state(
    _ timer: RunTimer?, faults: [Fault] = [], isReadOnly: Bool = false, isProduction: Bool = false
  ) -> State {
    var state = Sample.state(columns: 120, isReadOnly: isReadOnly, isProduction: isProduction)
    if let timer { _ = state.reduce(.automation(AutomationStatus(timer: timer, faults: faults))) }
    return state
  }

  @Test(
    "The timer is paused or resumed after a question, and by name whatever it is now",
    arguments: [
      ("T", false, "Pause the timer, every 15m?", [Effect.act(.setTimer(isPaused: true))]),
      ("T", true, "Resume the timer, every 15m?", [.act(.setTimer(isPaused: false))]),
      ("6T", false, "Pause the timer", [.act(.setTimer(isPaused: true))]),
      (":timer<Enter>", true, "Resume", [.act(.setTimer(isPaused: false))]),
      (":timer pause<Enter>", false, "Pause", [.act(.setTimer(isPaused: true))]),
      (":timer pause<Enter>", true, "the timer is already paused", []),
      (":timer resume<Enter>", false, "the timer is not paused", []),
      (":timer stop<Enter>", false, "timer takes pause or resume", []),
    ])
  func toggle(keys: String, isPaused: Bool, text: String, effects: [Effect]) {
    var state = state(RunTimer(schedule: "every 15m", isPaused: isPaused))
    #expect(state.type(keys) == [])
    #expect(state.render().grid.text.contains(text))
    if !effects.isEmpty { #expect(state.render().grid.text.contains(Sample.name)) }
    #expect((state.input == nil) == effects.isEmpty || keys.hasSuffix("stop<Enter>"))
    if !effects.isEmpty { #expect(state.type("y") == effects) }
  }

  @Test("In production a pause is typed") func production() {
    var state = state(RunTimer(schedule: "every 15m"), isProduction: true)
    #expect(state.type("Ty<Enter>") == [])
    #expect(state.type("Tpause 1<Enter>") == [.act(.setTimer(isPaused: true))])
  }

  @Test("Where there is no timer, or it was not looked at yet, nothing is asked")
  func none() {
    for (timer, words) in [(nil, "not read yet"), (RunTimer(), "there is no timer")] as [(RunTimer?, String)] {
      var state = state(timer)
      #expect(state.type("T") == [] && state.input == nil)
      #expect(state.said.contains(words))
    }
    // What a pause left behind can be taken back.
    var state = state(RunTimer(isPaused: true))
    #expect(state.type("Ty") == [.act(.setTimer(isPaused: false))])
  }

  @Test(
    "The runs view tells the timer, and any view that it is paused",
    arguments: [
      (RunTimer(schedule: "rate(1 hour)"), "timer rate(1 hour)  last run 11m ago", false),
      (
        RunTimer(schedule: "every 15m", next: Sample.now.addingTimeInterval(200)),
        "timer every 15m  next in 3m  last run", false
      ),
      (RunTimer(schedule: "every 15m", next: Sample.now), "timer every 15m  next due", false),
      (RunTimer(schedule: "every 15m", isPaused: true), "timer every 15m  paused  last run 11m ago", true),
      (RunTimer(isPaused: true), "timer paused  last run 11m ago", true),
      (RunTimer(), "timer none: no run starts automatically", false),
    ])
  func header(timer: RunTimer, text: String, isPaused: Bool) {
    var state = state(timer)
    _ = state.reduce(.history(Sample.history, of: .all))
    for keys in ["1", "2", "3", "5", "6", "7"] {
      state.type(keys)
      #expect(state.render().grid.text.contains("TIMER PAUSED") == isPaused)
      #expect(!state.render().grid.text.contains("timer every"))
    }
    state.type("4")
    #expect(state.render().grid.text.contains(text))
  }

  @Test("A run that somebody else does is told in every view, and in that of runs who does it") func liveRun() {
    var state = state(nil)
    let run = LiveRun(holder: "the control job control-1, RUNNABLE", since: Sample.ago(95))
    _ = state.reduce(.automation(AutomationStatus(timer: RunTimer(schedule: "rate(1 hour)"), run: run)))
    #expect(state.render().grid.text.contains("run in progress · live"))
    state.type("4")
    let line = "timer rate(1 hour)  run in progress for 1m, by the control job control-1, RUNNABLE"
    #expect(state.render().grid.text.contains(line))
    _ = state.reduce(.automation(AutomationStatus(timer: RunTimer(schedule: "rate(1 hour)"))))
    #expect(!state.render().grid.text.contains("under way"))
  }

  @Test("What is wrong with the machinery is counted with the problems, and shown whole") func faults() {
    var state = state(RunTimer(), faults: Sample.automation.faults)
    #expect(state.render().grid.text.contains("Problems 7"))
    state.type("6g")
    #expect(state.problems.rows.map(\.word).prefix(2) == ["queue", "timer"])
    #expect(
      (0..<7).compactMap { state.problems.row($0)?.word }.prefix(4) == ["queue", "unreadable", "timer", "failed"])
    state.type("<Enter>")
    #expect(state.place == .fault("queue prod-mirror"))
    for text in ["it accepts no jobs", "aws batch update-job-queue --job-queue prod-mirror --state ENABLED"] {
      #expect(state.render().grid.text.contains(text))
    }
    #expect(state.type("y") == [.terminal(.copy("prod-mirror"))])
    _ = state.reduce(.automation(AutomationStatus()))
    #expect(state.render().grid.text.contains("this problem is resolved"))
    state.type("<Esc>/state:queue<Enter>")
    #expect(state.problems.count == 0)
  }

  @Test("What one installation's timer is says nothing of the next") func other() {
    var state = state(RunTimer(schedule: "every 15m", isPaused: true))
    state.type(":use prod<Enter>")
    _ = state.reduce(Sample.opened(2, State.Installed(name: "prod"), nil))
    #expect(state.automation == nil)
  }

  @Test("A run that somebody else does is told with its job")
  func started() {
    let message = Message.started(.elsewhere(StartedRun(run: "20261123T200000Z-4f2a91c0", job: "j-1")))
    #expect(message.text == "run 20261123T200000Z-4f2a91c0 is starting in AWS as control job j-1")
    #expect(Message.started(.elsewhere(StartedRun(run: "r", job: nil))).text == "run r is starting in AWS")
    #expect(Message.started(.done(SweepReport())).text == "nothing to copy")
  }
}
