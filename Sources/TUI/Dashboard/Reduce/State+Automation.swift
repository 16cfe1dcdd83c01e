import MirrorCore
import Support

extension State {
  mutating func apply(_ status: AutomationStatus) {
    automation = status
    deriveLists()
  }

  /// Asks whether to pause the timer, or to let it go on.
  ///
  /// - Parameter argument: `pause` or `resume`; nil for what it is not now.
  mutating func setTimer(_ argument: String?) throws(CommandError) {
    guard argument == nil || Self.timerWords.contains(argument ?? "") else {
      throw CommandError("timer takes \(Self.timerWords.joined(separator: " or "))")
    }
    guard let timer = automation?.timer else { return say(.info, "the timer was not read yet") }
    let pauses = argument.map { $0 == "pause" } ?? !timer.isPaused
    let schedule = timer.schedule.map { ", \($0.cleaned)" } ?? ""
    if pauses == timer.isPaused { return say(.info, "the timer is \(pauses ? "already paused" : "not paused")") }
    if pauses && timer.schedule == nil { return say(.info, "there is no timer here: no run starts automatically") }
    ask(
      pauses ? "Pause the timer\(schedule)?" : "Resume the timer\(schedule)?", [context.name],
      pauses
        ? "No run starts automatically until somebody resumes it. Runs and jobs in progress continue."
        : "Runs start automatically again.",
      pauses ? "Pause" : "Resume", .action(.setTimer(isPaused: pauses)))
  }

  static let timerWords = ["pause", "resume"]
}
