import FoundationEssentials
import MirrorCore
import Support

extension HealthCheck {
  /// The machinery of an installation: a worker, or queues and dead letters; and its timer.
  static func automation(_ status: AutomationStatus, isStack: Bool) -> [HealthCheck] {
    let topics: [(name: String, kinds: [Fault.Kind], well: String)] =
      isStack
      ? [
        ("job queues", [.queue, .compute], "enabled and valid"), ("timer", [.timer], status.timer.words(isStack: true)),
        ("dead letters", [.deadLetters], "none"),
      ]
      : [
        ("worker", [.worker], "no job waits without one"), ("timer", [.timer], status.timer.words(isStack: false)),
      ]
    return topics.flatMap { topic -> [HealthCheck] in
      let faults = status.faults.filter { fault in
        topic.kinds.contains(fault.kind) || fault.kind == .unseen && fault.subject.hasSuffix(topic.name)
      }
      if faults.isEmpty { return [HealthCheck(topic.name, .ok, topic.well)] }
      return faults.map { HealthCheck(topic.name, $0) }
    }
  }

  private init(_ name: String, _ fault: Fault) {
    let since = fault.since.map { " (since \($0.rfc3339))" } ?? ""
    switch fault.kind {
    case .queue, .compute, .worker, .program:
      self.init(name, .failed, "\(fault.subject): \(fault.reason)\(since)", advice: fault.advice)
    case .timer, .deadLetters:
      self.init(name, .warning, "\(fault.subject): \(fault.reason)\(since)", advice: fault.advice)
    case .unseen: self.init(name, .warning, "cannot tell: \(fault.reason)", advice: fault.advice)
    }
  }
}

extension RunTimer {
  fileprivate func words(isStack: Bool) -> String {
    guard let schedule else {
      return isStack ? "none: the stack's parameter Schedule is none" : "none: `ecrmirror run --every 15m` would be one"
    }
    return schedule + (next.map { ", next at \($0.rfc3339)" } ?? "")
  }
}
