import AWSClient
import MirrorCore

extension BatchQueue {
  /// All live control jobs, and the newest of those that ended; newest first.
  public func controlJobs() async throws -> [ControlJob] {
    try await calling { try await listControlJobs() }
  }

  func listControlJobs() async throws(AWSError) -> [ControlJob] {
    let lister = JobLister(batch: batch, queue: settings.controlQueue) { $0.hasPrefix(ControlJob.prefix) }
    let listing = try await lister.list(KnownJobs(), finished: 0)
    return listing.jobs.values.map(ControlJob.init).sorted { ($0.created, $0.id) > ($1.created, $1.id) }
  }

  /// Queues a control job that does a run.
  ///
  /// - Parameters:
  ///   - run: the run's id.
  ///   - name: the job's, of its own for each run: where the answer gets lost, the job is found by it.
  /// - Returns: the job's id.
  public func submitControl(run: String, name: String) async throws -> String {
    let submission = BatchClient.JobSubmission(
      name: name, queue: settings.controlQueue, definition: settings.controlJob,
      environment: [JobWords.run: run])
    return try await calling { try await batch.submitOnce(submission, lookAgain: pace.lookAgain) { _ in true } }
  }
}
