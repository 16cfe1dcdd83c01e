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
    guard let timer = automation?.timer else { return say(.info, "the timer was not looked at yet") }
    let pauses = argument.map { $0 == "pause" } ?? !timer.isPaused
    let schedule = timer.schedule.map { ", \($0.cleaned)" } ?? ""
    if pauses == timer.isPaused { return say(.info, "the timer is \(pauses ? "paused already" : "not paused")") }
    if pauses && timer.schedule == nil { return say(.info, "nothing starts runs by itself here: there is no timer") }
    ask(
      pauses ? "Pause the timer\(schedule)?" : "Resume the timer\(schedule)?", [context.name],
      pauses
        ? "No run starts by itself until somebody resumes it. Runs and jobs under way go on."
        : "Runs start by themselves again.",
      pauses ? "Pause" : "Resume", .action(.setTimer(isPaused: pauses)))
  }

  static let timerWords = ["pause", "resume"]
}
