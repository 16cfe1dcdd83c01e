import AWSClient
import FoundationEssentials
import MirrorCore
import Support

extension Job {
  /// A mirror job as AWS Batch tells it.
  ///
  /// - Returns: nil for a job that mirrors nothing.
  init?(_ detail: BatchClient.JobDetail) {
    guard let source = detail.parameters?[JobParameter.source], !source.isEmpty else { return nil }
    self.init(detail, source: source)
  }

  /// A control job, as one without a source and destinations: it can be looked at, read and stopped as others.
  ///
  /// - Returns: nil for any other job.
  static func control(_ detail: BatchClient.JobDetail) -> Job? {
    detail.jobName.hasPrefix(ControlJob.prefix) ? Job(detail, source: "") : nil
  }

  private init(_ detail: BatchClient.JobDetail, source: String) {
    let state = JobState(batch: detail.status)
    let outcomes = detail.outcomes(state)
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
      id: detail.jobId, name: detail.jobName,
      origin: detail.variable(JobVariable.origin).flatMap(JobOrigin.init(rawValue:)) ?? JobOrigin(job: detail.jobName),
      source: source,
      destinations: (detail.parameters?[JobParameter.destinations] ?? "").split(separator: ",").map(String.init),
      run: detail.variable(JobVariable.run), state: state, reason: detail.reason(state, after: outcomes.last),
      created: created, started: attempts.first?.started,
      stopped: state.isLive ? nil : detail.stoppedAt.map(Date.init(milliseconds:)), attempts: attempts)
  }
}

extension JobState {
  /// A state that a newer AWS Batch has counts as one that waits.
  init(batch status: String?) { self = status.flatMap(JobState.init(rawValue:)) ?? .pending }

  /// Whether nothing of the present attempt has begun.
  var isWaiting: Bool { self == .submitted || self == .pending || self == .runnable }
}

extension JobOrigin {
  /// From the beginning of a job's name.
  init(job name: String) {
    self = name.split(separator: "-").first.flatMap { JobOrigin(rawValue: String($0)) } ?? .adhoc
  }

  /// Whether a job's name is one that mirror jobs have.
  static func names(job name: String) -> Bool {
    allCases.contains { name.hasPrefix($0.rawValue + "-") }
  }
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
      // A time-out may count as a termination.
      if outcome != .timedOut, let wish { return wish.bounded }
      return outcome?.sentence ?? AttemptOutcome.unexplained(statusReason).sentence
    case .submitted, .pending, .runnable:
      return statusReason.map(WaitingReason.sentence) ?? outcome?.sentence
    case .starting, .running: return outcome?.sentence
    }
  }

  func variable(_ name: String) -> String? {
    container?.environment?.first { $0.name == name }?.value
  }
}
