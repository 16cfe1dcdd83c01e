import FoundationEssentials
import MirrorCore
import Support

extension HealthCheck {
  /// The machinery of an installation: a worker, or queues and dead letters; and its timer.
  static func automation(_ status: AutomationStatus, isStack: Bool) -> [HealthCheck] {
    let topics: [AutomationTopic] = isStack ? [.queues, .timer, .deadLetters] : [.worker, .timer]
    return topics.flatMap { topic -> [HealthCheck] in
      let name = topic.rawValue
      let faults = status.faults.filter { $0.isAbout(topic) }
      if faults.isEmpty { return [HealthCheck(name, .ok, topic.well(status.timer, isStack: isStack))] }
      return faults.map { HealthCheck(name, $0) }
    }
  }

  private init(_ name: String, _ fault: Fault) {
    let since = fault.since.map { " (since \($0.rfc3339))" } ?? ""
    let severity = fault.kind.severity
    let seen = severity == .unseen ? "unknown: \(fault.reason)" : "\(fault.subject): \(fault.reason)\(since)"
    self.init(name, severity == .bad ? .failed : .warning, seen, advice: fault.advice)
  }
}

/// What is looked at of the machinery, by the names of the checks.
private enum AutomationTopic: String {
  case queues = "job queues"
  case worker
  case timer
  case deadLetters = "dead letters"

  /// What is said where nothing is wrong.
  func well(_ timer: RunTimer, isStack: Bool) -> String {
    switch self {
    case .queues: "enabled and valid"
    case .worker: "no job is queued without one"
    case .timer: timer.words(isStack: isStack)
    case .deadLetters: "none"
    }
  }
}

extension Fault {
  fileprivate func isAbout(_ topic: AutomationTopic) -> Bool {
    switch kind {
    case .queue, .compute: topic == .queues
    case .worker: topic == .worker
    case .timer: topic == .timer
    case .deadLetters: topic == .deadLetters
    // Programs have checks of their own.
    case .program: false
    case .unseen: subject.hasSuffix(topic.rawValue)
    }
  }
}

extension RunTimer {
  fileprivate func words(isStack: Bool) -> String {
    guard let schedule else {
      return isStack ? "none: the stack's parameter Schedule is none" : "none: `ecrmirror run --every 15m` starts one"
    }
    return schedule + (next.map { ", next at \($0.rfc3339)" } ?? "")
  }
}
