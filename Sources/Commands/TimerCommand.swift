import ArgumentParser
import Installation
import MirrorCore
import Support

struct TimerCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "timer", abstract: "Show the timer that starts runs, pause it or resume it.",
    discussion: """
      On a stack it is the rule in AWS; on this machine it is `ecrmirror run --every` on the folder. A pause \
      lasts until somebody resumes it; runs and jobs in progress continue.
      """)

  enum Action: String, ExpressibleByArgument, CaseIterable {
    case pause, resume
  }

  @ParentCommand var ecrmirror: EcrmirrorCommand

  @Argument(help: "pause or resume; without it the timer is shown.")
  var action: Action?

  @Flag(help: "One JSON document.")
  var json = false

  func run() async throws {
    let automation = try await (action == nil ? ecrmirror.open() : ecrmirror.openToChange()).backend.automation
    if let action { try await automation.setTimer(isPaused: action == .pause) }
    let status = try await automation.status()
    let timer = status.timer
    // A pause is told with the timer itself.
    for fault in status.faults where fault.kind == .timer && !timer.isPaused {
      Console.note("\(fault.reason); \(fault.advice)")
    }
    if json { return try Console.print(json: timer.json) }
    Console.print(timer.text)
  }
}

extension RunTimer {
  fileprivate var json: JSONValue {
    .object(["schedule": .text(schedule), "paused": .bool(isPaused), "next": .time(next)])
  }

  fileprivate var text: String {
    let parts = [schedule?.cleaned ?? "none", isPaused ? "paused" : nil, next.map { "next at \($0.rfc3339)" }]
    return parts.compactMap(\.self).joined(separator: ", ")
  }
}
