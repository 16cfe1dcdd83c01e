import AWSBackend
import FoundationEssentials
import MirrorCore

/// Whether an event starts a run: a decision without I/O.
enum RunDecision: Sendable, Equatable {
  case start
  /// Another delivery of the event started the run, with this control job.
  case startedAlready(ControlJob)
  /// Another delivery of the event is about to.
  case beingStarted
  /// The last run still works; the reason names what does.
  case refuse(String)
}

extension RunDecision {
  /// - Parameters:
  ///   - lease: another's, where one is live.
  ///   - control: recent control jobs, in whatever state.
  ///   - jobs: mirror jobs, the live ones at least.
  init(_ name: RunName, lease: RunLease?, control: [ControlJob], jobs: [Job], at now: Date) {
    if let own = control.first(where: { $0.name == name.job }) {
      self = .startedAlready(own)
      return
    }
    if let lease, lease.isStart(of: name.run) {
      self = .beingStarted
      return
    }
    let live = control.compactMap(\.blocksRuns) + Job.blockingRuns(jobs, at: now)
    let reasons = [lease.map(MirrorError.refused(by:)), MirrorError.refused(whileLive: live)]
      .compactMap(\.?.description)
    self = reasons.isEmpty ? .start : .refuse(reasons.joined(separator: "; "))
  }
}

extension ControlJob {
  fileprivate var blocksRuns: String? { state.isLive ? "\(name) (\(state.rawValue))" : nil }
}
