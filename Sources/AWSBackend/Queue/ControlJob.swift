import AWSClient
public import FoundationEssentials
public import MirrorCore
import Support

/// A control job on AWS Batch, which does a run.
public struct ControlJob: Sendable, Equatable, Identifiable {
  public let id: String
  /// `control-…`
  public let name: String
  public var state: JobState
  /// Why it ended or waits, as a sentence.
  public var reason: String?
  public var created: Date
  public var started: Date?
  public var stopped: Date?

  public init(
    id: String, name: String, state: JobState, reason: String? = nil, created: Date, started: Date? = nil,
    stopped: Date? = nil
  ) {
    self.id = id
    self.name = name
    self.state = state
    self.reason = reason
    self.created = created
    self.started = started
    self.stopped = stopped
  }
}

extension ControlJob {
  static let prefix = "control-"

  init(_ summary: BatchClient.JobSummary) {
    let state = JobState(batch: summary.status)
    let reason: String? =
      switch state {
      case .succeeded, .starting, .running: nil
      case .failed:
        AttemptOutcome(
          exitCode: summary.container?.exitCode, reason: summary.container?.reason, statusReason: summary.statusReason
        ).sentence
      default: summary.statusReason.map(WaitingReason.sentence)
      }
    self.init(
      id: summary.jobId, name: summary.jobName, state: state, reason: reason,
      created: Date(milliseconds: summary.createdAt ?? 0), started: summary.startedAt.map(Date.init(milliseconds:)),
      stopped: state.isLive ? nil : summary.stoppedAt.map(Date.init(milliseconds:)))
  }
}
