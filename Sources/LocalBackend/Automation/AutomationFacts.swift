import FoundationEssentials
import MirrorCore
import Support

/// What was seen of an installation in a folder, and what follows from it: a decision without I/O.
struct AutomationFacts: Sendable, Equatable {
  var stored: StoredAutomation
  /// Whether the process that the store names as the timer lives.
  var isTimerAlive: Bool
  var isWorkerAlive: Bool
  /// Whether the store's file system has room for what jobs write.
  var hasRoom = true
  /// Programs that cannot be run.
  var missing: [String]
  /// The worker's, where it says why it ended.
  var log: String

  /// A worker is there sooner after a job was queued.
  static let patience = Duration.seconds(10)

  func status(at now: Date) -> AutomationStatus {
    AutomationStatus(
      timer: timer, run: run(now),
      faults: [roomFault, workerFault(now), strangersFault].compactMap(\.self) + programFaults + timerFaults(now)
        + stored.nonsense.map(Self.nonsenseFault))
  }

  private var timer: RunTimer {
    let isPaused = stored.pausedSince != nil
    guard isTimerAlive, let timer = stored.timer else { return RunTimer(isPaused: isPaused) }
    return RunTimer(
      schedule: "every \(timer.interval.exact)", isPaused: isPaused, next: isPaused ? nil : timer.next)
  }

  private func run(_ now: Date) -> LiveRun? {
    guard let lease = stored.lease, lease.isLive(at: now) else { return nil }
    return LiveRun(holder: lease.holder, since: RunRecord.began(lease.run))
  }

  private func workerFault(_ now: Date) -> Fault? {
    guard !isWorkerAlive, let oldest = stored.oldestJob, now.since(oldest) > Self.patience else { return nil }
    return Fault(
      .worker, "worker", reason: "jobs are queued, and no worker is running",
      advice: "check \(log.cleaned); an open dashboard, or the next command that queues a job, starts a worker",
      since: oldest)
  }

  private var roomFault: Fault? {
    if hasRoom { return nil }
    return Fault(
      .worker, "disk", reason: "the store's disk is full: no job can start or end", advice: "free some space there")
  }

  private var strangersFault: Fault? {
    guard stored.strangers > 0 else { return nil }
    return Fault(
      .worker, "jobs", reason: "\(stored.strangers) rows of the queue are not jobs, and are skipped",
      advice: "something else wrote them: check who can write to the store, and delete them with sqlite3")
  }

  private static func nonsenseFault(_ table: String) -> Fault {
    Fault(
      .timer, table, reason: "the row of the store's table \(table) is invalid, and is ignored",
      advice: "something else wrote it: check who can write to the store, and delete it with sqlite3")
  }

  private var programFaults: [Fault] {
    missing.map { program in
      Fault(
        .program, program.cleaned, reason: "the program \(program.cleaned) is not installed: no image is copied",
        advice: "install it, or set another one in the configuration")
    }
  }

  private func timerFaults(_ now: Date) -> [Fault] {
    var faults: [Fault] = []
    if let since = stored.pausedSince {
      faults.append(
        Fault(
          .timer, "timer", reason: "the timer is paused: no run starts automatically",
          advice: "ecrmirror timer resume, or T in the dashboard", since: since))
    }
    if let timer = stored.timer, !isTimerAlive {
      let command = "ecrmirror run --every \(timer.interval.exact)"
      faults.append(
        Fault(
          .timer, "run", reason: "\(command), process \(timer.process), has died: no run starts automatically",
          advice: "start it again", since: timer.next > now ? nil : timer.next))
    }
    return faults
  }
}
