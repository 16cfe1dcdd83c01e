import FoundationEssentials
import MirrorCore
import Support
import Testing

@testable import LocalBackend

/// What is told of the automation of a folder.
struct AutomationTests {
  static let now = Date(timeIntervalSince1970: 1_764_000_000)
  static let timer = StoredAutomation.Timer(process: 7, interval: .seconds(900), next: now + 60)

  static let cases: [(facts: AutomationFacts, timer: RunTimer, faults: [Fault.Kind])] = [
    (facts(), RunTimer(), []),
    (facts(timer, isTimerAlive: true), RunTimer(schedule: "every 15m", next: now + 60), []),
    (
      facts(timer, isTimerAlive: true, pausedSince: now - 9), RunTimer(schedule: "every 15m", isPaused: true),
      [.timer]
    ),
    // The pause outlives whoever it stopped.
    (facts(pausedSince: now - 9), RunTimer(isPaused: true), [.timer]),
    (facts(timer), RunTimer(), [.timer]),
    (facts(oldestJob: now - 11), RunTimer(), [.worker]),
    (facts(oldestJob: now - 9), RunTimer(), []),
    (facts(oldestJob: now - 11, isWorkerAlive: true), RunTimer(), []),
    (facts(missing: ["skopeo"]), RunTimer(), [.program]),
  ]

  private static func facts(
    _ timer: StoredAutomation.Timer? = nil, isTimerAlive: Bool = false, pausedSince: Date? = nil,
    oldestJob: Date? = nil, isWorkerAlive: Bool = false, missing: [String] = []
  ) -> AutomationFacts {
    AutomationFacts(
      stored: StoredAutomation(timer: timer, pausedSince: pausedSince, oldestJob: oldestJob),
      isTimerAlive: isTimerAlive, isWorkerAlive: isWorkerAlive, missing: missing, log: "/x/worker.log")
  }

  @Test("Timer and faults follow from what was seen", arguments: cases)
  func status(facts: AutomationFacts, timer: RunTimer, faults: [Fault.Kind]) {
    let status = facts.status(at: Self.now)
    #expect(status.timer == timer)
    #expect(status.faults.map(\.kind) == faults)
  }

  @Test("A timer that is gone is missed once it is due", arguments: [(-1.0, true), (0, true), (1, false)])
  func gone(due: TimeInterval, isMissed: Bool) {
    let next = Self.now + due
    let timer = StoredAutomation.Timer(process: 7, interval: .seconds(900), next: next)
    #expect(Self.facts(timer).status(at: Self.now).faults.map(\.since) == [isMissed ? next : nil])
  }

  @Test(
    "An interval reads as it was given",
    arguments: [(1.0, "1s"), (90, "90s"), (900, "15m"), (5400, "90m"), (3600, "1h"), (172_800, "2d"), (1.5, "1500ms")])
  func interval(seconds: Double, text: String) {
    let timer = StoredAutomation.Timer(process: 7, interval: .seconds(seconds), next: Self.now)
    #expect(Self.facts(timer, isTimerAlive: true).status(at: Self.now).timer.schedule == "every \(text)")
  }

  @Test(
    "A timer is there while its keeper lives, says when it is due, and goes without a word only if that did not end")
  func keeper() async throws {
    let files = try TemporaryStore()
    let automation = files.idle.automation
    let (first, second) = (
      LocalTimekeeper(files.store, every: .seconds(60)), LocalTimekeeper(files.store, every: .seconds(5))
    )
    try await first.announce(next: Self.now)
    try await second.announce(next: Self.now + 1)
    #expect(try await automation.status().timer == RunTimer(schedule: "every 1m", next: Self.now))
    try await second.end()
    #expect(try await automation.status().timer.schedule == "every 1m")
    try await first.end()
    #expect(try await automation.status().timer == RunTimer())
    try await second.announce(next: Self.now)
    #expect(try await automation.status().timer.schedule == "every 5s")
  }

  @Test("A pause is kept for whoever keeps the time next")
  func pause() async throws {
    let files = try TemporaryStore()
    let keeper = LocalTimekeeper(files.store, every: .seconds(60))
    try await keeper.announce(next: Self.now)
    #expect(try await !keeper.isPaused())
    try await files.idle.automation.setTimer(isPaused: true)
    try await keeper.end()
    let next = LocalTimekeeper(try LocalStore(folder: files.folder), every: .seconds(60))
    #expect(try await next.isPaused())
  }

  @Test("A program that is not there is told, wherever it was to be found")
  func programs() async throws {
    let files = try TemporaryStore()
    for (program, isMissing) in [("sh", false), ("/bin/sh", false), ("no-such-program", true), ("/no/program", true)] {
      let backend = Backend.local(files.store, worker: WorkerLauncher(executable: "/bin/true"), skopeo: program)
      #expect(try await backend.automation.status().faults.map(\.subject) == (isMissing ? [program] : []))
    }
  }
}
