import AWSClient

extension BatchClient {
  /// Submits a job. Where the answer gets lost, the job's name tells whether there is one, and only where none appears
  /// it is submitted again.
  ///
  /// - Parameters:
  ///   - isIt: whether a job of that name is the one, and no older one.
  ///   - hasTime: whether there is still time to submit.
  func submitOnce(
    _ submission: JobSubmission, lookAgain: Duration, hasTime: () -> Bool = { true },
    isIt: (JobSummary) -> Bool
  ) async throws(AWSError) -> String {
    let lost: AWSError
    do throws(AWSError) {
      return try await submit(submission)
    } catch {
      lost = error
    }
    guard lost.mayHaveHappened, lost.kind != .cancelled else { throw lost }
    for attempt in 1...3 {
      guard (try? await Task.sleep(for: lookAgain * attempt)) != nil else { throw lost }
      if let job = try await newest(submission.name, in: submission.queue, where: isIt) { return job }
    }
    guard hasTime() else { throw lost }
    return try await submit(submission)
  }

  /// The id of the newest job of this name that is wanted.
  func newest(
    _ name: String, in queue: String, where isWanted: (JobSummary) -> Bool
  ) async throws(AWSError) -> String? {
    var token: String?
    var found: JobSummary?
    repeat {
      let page = try await jobs(in: queue, .named(name), after: token)
      for job in page.jobs where job.createdAt ?? 0 >= found?.createdAt ?? 0 && isWanted(job) { found = job }
      token = page.next
    } while token != nil
    return found?.jobId
  }
}
