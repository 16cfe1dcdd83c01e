import AWSClient
import FoundationEssentials
import MirrorCore
import Support

extension RunTimer {
  init(_ rule: EventsClient.Rule) {
    self.init(schedule: rule.schedule?.bounded, isPaused: rule.state == "DISABLED")
  }
}

extension LiveRun {
  init(_ job: ControlJob) {
    self.init(holder: "the control job \(job.name.bounded), \(job.state.rawValue)", since: job.created)
  }

  init(_ lease: RunLease) {
    self.init(holder: lease.holder.bounded, since: RunRecord.began(lease.run))
  }
}

extension Fault {
  /// - Returns: nil for a control job that is not.
  static func stuck(_ job: ControlJob, now: Date) -> Fault? {
    guard job.state.isStuck(since: job.created, at: now) else { return nil }
    return Fault(
      .queue, job.name.bounded,
      reason: job.reason ?? "the control job waits to start, and no run starts before it ends",
      advice: "check the compute environments' capacity and limits; aws batch terminate-job ends it", since: job.created
    )
  }

  /// The rule is there, and disabled or told to start nothing.
  static func paused(_ rule: String) -> Fault {
    Fault(
      .timer, rule.bounded, reason: "the timer is paused: no run starts automatically",
      advice: "ecrmirror timer resume, or T in the dashboard")
  }

  static func gone(_ rule: String) -> Fault {
    Fault(
      .timer, rule.bounded, reason: "the rule \(rule.bounded) no longer exists: no run starts automatically",
      advice: "update the stack")
  }

  /// - Parameter queue: its URL.
  /// - Returns: nil for no messages.
  static func deadLetters(_ count: Int, in queue: String) -> Fault? {
    if count == 0 { return nil }
    let name = queue.split(separator: "/").last.map { String($0).bounded } ?? queue.bounded
    return Fault(
      .deadLetters, name,
      reason: "\(counted(count, "message")) about pushes failed even after retries",
      advice: "check the push function's log; then redrive the queue to its source, or purge it")
  }

  static func unseen(_ what: String, _ error: AWSError) -> Fault {
    Fault(
      .unseen, what, reason: "\(error)".bounded, advice: "allow it in a policy of this user or role")
  }
}
