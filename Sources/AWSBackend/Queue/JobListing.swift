import AWSClient

/// What one refresh was told by `ListJobs`. Times are milliseconds since 1970.
struct JobListing: Sendable {
  /// Those with a name that was asked for, by id.
  private(set) var jobs: [String: BatchClient.JobSummary] = [:]
  /// When the jobs were created that were listed by time, of whatever name.
  private(set) var created: [Int64] = []
  /// Every job created after this is in `created`; with what was known before, every one created after `horizon` has
  /// been listed.
  var after = Int64.max
  var horizon: Int64?

  var oldest: Int64? { created.min() }

  mutating func add(
    _ page: BatchClient.JobPage, of selection: BatchClient.JobSelection, where isOurs: (String) -> Bool
  ) {
    let isByTime = if case .status = selection { false } else { true }
    if isByTime { created += page.jobs.compactMap(\.createdAt) }
    for summary in page.jobs where isOurs(summary.jobName) { jobs[summary.jobId] = summary }
  }
}
