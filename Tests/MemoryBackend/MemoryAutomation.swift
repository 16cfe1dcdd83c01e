import FoundationEssentials
import MirrorCore

/// The timer of an installation in memory, which is a word: nothing starts runs.
struct MemoryAutomation: Automation {
  private let installation: MemoryInstallation

  init(_ installation: MemoryInstallation) {
    self.installation = installation
  }

  var pace: Duration { .zero }

  func status() async throws -> AutomationStatus {
    let now = installation.now()
    return try installation.read { state in
      var faults = state.faults
      if state.timer.isPaused {
        faults.append(Fault(.timer, "the timer", reason: "it is paused", advice: "`ecrmirror timer resume`"))
      }
      let run = state.lease.flatMap { lease in
        lease.isLive(at: now) ? LiveRun(holder: lease.holder, since: RunRecord.began(lease.run)) : nil
      }
      return AutomationStatus(timer: state.timer, run: run, faults: faults)
    }
  }

  func setTimer(isPaused: Bool) async throws {
    try installation.write { state in
      guard state.timer.schedule != nil else { throw MirrorError(.notFound, "there is no timer") }
      state.timer.isPaused = isPaused
    }
  }

  func startRun() async throws -> StartedRun? {
    try installation.read { _ in nil }
  }
}
