public import FoundationEssentials
import Support

/// Why a run may not start, as a sentence that names what still works.
extension MirrorError {
  /// Another run holds the lease.
  public static func refused(by lease: RunLease) -> MirrorError {
    MirrorError(
      .refused,
      "run \(lease.run.cleaned) by \(lease.holder.cleaned) is still active; its lease ends at \(lease.expires.rfc3339) "
        + "unless it is renewed, and `ecrmirror run --break-lease` breaks it")
  }

  /// Jobs of the last run live.
  ///
  /// - Parameter live: each by its name with what else tells a person which it is.
  /// - Returns: nil where there are none.
  public static func refused(whileLive live: [String]) -> MirrorError? {
    if live.isEmpty { return nil }
    let rest = live.count > 5 ? " and \(live.count - 5) more" : ""
    return MirrorError(
      .refused,
      "\(counted(live.count, "job")) of the last run are still active: "
        + live.prefix(5).joined(separator: ", ") + rest)
  }
}

extension Job {
  /// Seconds for which a run waits for jobs of which none finds room to start, as on Fargate Spot when it is full: AWS
  /// Batch documents no limit to that wait, and cancels for want of capacity on EC2 only
  /// (https://docs.aws.amazon.com/batch/latest/userguide/job_stuck_in_runnable_capacity.html). Nothing is copied twice by
  /// a run that goes on without them: a mirror whose job waits keeps that one.
  static let longestWait: TimeInterval = 3600

  /// The jobs that keep the next run from starting, each by its name with what it is about: live ones of runs, and not
  /// what a person or a push asked for. None of them does where all wait, and have for an hour.
  public static func blockingRuns(_ jobs: [Job], at now: Date) -> [String] {
    let live = jobs.filter { $0.state.isLive && $0.origin == .run }
    if live.allSatisfy({ $0.state != .running && now.timeIntervalSince($0.created) > longestWait }) { return [] }
    return live.map { "\($0.name) (\($0.title), \($0.state.rawValue))" }
  }
}
