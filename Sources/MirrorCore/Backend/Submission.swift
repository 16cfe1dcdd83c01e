/// The answer to a request for a job.
public struct Submission: Sendable, Equatable {
  public let job: Job
  /// False when a live job for the same source was there already.
  public let isNew: Bool

  public init(job: Job, isNew: Bool) {
    self.job = job
    self.isNew = isNew
  }
}
