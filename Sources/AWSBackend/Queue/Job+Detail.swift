import AWSClient
import FoundationEssentials
import MirrorCore
import Support

extension Job {
  /// A mirror job as AWS Batch tells it.
  ///
  /// - Returns: nil for a job that mirrors nothing.
  init?(_ detail: BatchClient.JobDetail) {
    guard let source = detail.parameters?[JobWords.source], !source.isEmpty else { return nil }
    self.init(
      detail,
      JobRequest(
        source: source, destinations: [detail.parameters?[JobWords.destinations] ?? ""],
        environment: detail.variables, name: detail.jobName))
  }

  /// A control job, as one without a source and destinations: it can be looked at, read and stopped as others.
  ///
  /// - Returns: nil for any other job.
  static func control(_ detail: BatchClient.JobDetail) -> Job? {
    guard detail.jobName.hasPrefix(ControlJob.prefix) else { return nil }
    return Job(detail, JobRequest(source: "", destinations: [], environment: detail.variables))
  }

  private init(_ detail: BatchClient.JobDetail, _ request: JobRequest) {
    var state = JobState(batch: detail.status)
    let outcomes = detail.outcomes(state)
    let reason = detail.reason(state, after: outcomes.last)
    if state == .failed, detail.wasStopped(after: outcomes.last) { state = .cancelled }
    let created = Date(milliseconds: detail.createdAt ?? detail.startedAt ?? 0)
    var attempts = zip(detail.attempts ?? [], outcomes).enumerated().map { index, pair in
      JobAttempt(
        number: index + 1,
        // One that never ran has no start.
        started: (pair.0.startedAt ?? pair.0.stoppedAt).map(Date.init(milliseconds:)) ?? created,
        stopped: pair.0.stoppedAt.map(Date.init(milliseconds:)), exitCode: pair.1.exitCode, reason: pair.1.note)
    }
    if state == .running {
      let began = [detail.startedAt, detail.attempts?.last?.stoppedAt].compactMap(\.self).max()
      attempts.append(
        JobAttempt(number: attempts.count + 1, started: began.map(Date.init(milliseconds:)) ?? created))
    }
    self.init(
      id: detail.jobId, name: detail.jobName, request: request, state: state,
      reason: reason,
      created: created, started: attempts.first?.started,
      stopped: state.isLive ? nil : detail.stoppedAt.map(Date.init(milliseconds:)), attempts: attempts)
  }
}

extension JobState {
  /// A state that a newer AWS Batch has counts as one that waits.
  init(batch status: String?) { self = status.flatMap(JobState.init(rawValue:)) ?? .pending }
}

extension BatchClient.JobDetail {
  /// How each attempt ended, oldest first.
  fileprivate func outcomes(_ state: JobState) -> [AttemptOutcome] {
    (attempts ?? []).map { attempt in
      let outcome = AttemptOutcome(
        exitCode: attempt.container?.exitCode, reason: attempt.container?.reason, statusReason: attempt.statusReason)
      guard state == .failed, let wish, attempt.statusReason == wish, outcome != .timedOut else { return outcome }
      return .stopped(wish)
    }
  }

  /// Why somebody wanted the job stopped, where somebody did.
  private var wish: String? {
    isCancelled == true || isTerminated == true ? statusReason : nil
  }

  fileprivate func reason(_ state: JobState, after outcome: AttemptOutcome?) -> String? {
    switch state {
    case .succeeded: return nil
    case .failed:
      if wasStopped(after: outcome), let wish { return wish.bounded }
      return outcome?.sentence ?? AttemptOutcome.unexplained(statusReason).sentence
    case .submitted, .pending, .runnable:
      return statusReason.map(WaitingReason.sentence) ?? outcome?.sentence
    case .starting, .running: return outcome?.sentence
    // No word of AWS Batch's.
    case .cancelled: return wish?.bounded
    }
  }

  /// Whether a person ended it; a time-out may count as a termination.
  fileprivate func wasStopped(after outcome: AttemptOutcome?) -> Bool { outcome != .timedOut && wish != nil }

  /// Where the job's images are listed, when it has several.
  var list: String? { variables[JobWords.list] }

  fileprivate var variables: [String: String] {
    let variables = (container?.environment ?? []).compactMap { variable in
      variable.name.flatMap { name in variable.value.map { (name, $0) } }
    }
    return Dictionary(variables, uniquingKeysWith: { $1 })
  }
}
