/// The operations of AWS Batch that are used here.
public struct BatchClient: Sendable {
  private let client: ServiceClient

  public init(_ connection: AWSConnection) {
    client = ServiceClient(.batch, connection)
  }

  // MARK: - Jobs

  /// Queues a job. Not to be repeated where it may have happened: a second call makes a second job.
  ///
  /// - Returns: the job's id.
  public func submit(_ submission: JobSubmission) async throws(AWSError) -> String {
    let operation = ServiceClient.Operation("SubmitJob", path: "/v1/submitjob", isRepeatable: false)
    return try await client.call(operation, submission, as: Submitted.self).jobId
  }

  /// A page of a queue's jobs.
  ///
  /// - Parameter token: what the last page of the same selection gave.
  public func jobs(
    in queue: String, _ selection: JobSelection, after token: String? = nil
  ) async throws(AWSError) -> JobPage {
    let request = ListRequest(
      jobQueue: queue, jobStatus: selection.status, filters: selection.filter.map { [$0] },
      maxResults: selection.pageSize, nextToken: token)
    var page: JobPage = try await client.call(.init("ListJobs", path: "/v1/listjobs"), request)
    page.jobs = page.jobs.map(\.withBoundedTimes)
    return page
  }

  /// Ids that one request of `DescribeJobs` takes.
  public static let describedAtOnce = 100

  /// Jobs by their ids, those left out that Batch does not know: not yet, or no longer.
  public func describe(_ ids: [String]) async throws(AWSError) -> [JobDetail] {
    let operation = ServiceClient.Operation("DescribeJobs", path: "/v1/describejobs")
    var details: [JobDetail] = []
    for start in stride(from: 0, to: ids.count, by: Self.describedAtOnce) {
      let some = Array(ids[start..<min(start + Self.describedAtOnce, ids.count)])
      let described = try await client.call(operation, DescribeRequest(jobs: some), as: Described.self)
      details += (described.jobs ?? []).map(\.withBoundedTimes)
    }
    return details
  }

  /// Ends a job that has not started; one that has goes on, and the call succeeds all the same.
  public func cancel(_ id: String, reason: String) async throws(AWSError) {
    let operation = ServiceClient.Operation("CancelJob", path: "/v1/canceljob")
    _ = try await client.call(operation, StopRequest(jobId: id, reason: reason), as: Nothing.self)
  }

  /// Ends a job in any state.
  public func terminate(_ id: String, reason: String) async throws(AWSError) {
    let operation = ServiceClient.Operation("TerminateJob", path: "/v1/terminatejob")
    _ = try await client.call(operation, StopRequest(jobId: id, reason: reason), as: Nothing.self)
  }

  // MARK: - Queues

  /// Queues by name or ARN, up to 100; those left out that there are not.
  public func queues(_ names: [String]) async throws(AWSError) -> [QueueDetail] {
    let operation = ServiceClient.Operation("DescribeJobQueues", path: "/v1/describejobqueues")
    return try await client.call(operation, QueuesRequest(jobQueues: names), as: Queues.self).jobQueues ?? []
  }

  /// Compute environments by name or ARN, up to 100; those left out that there are not.
  public func computeEnvironments(_ names: [String]) async throws(AWSError) -> [ComputeEnvironmentDetail] {
    // None named would mean all of the account.
    if names.isEmpty { return [] }
    let operation = ServiceClient.Operation(
      "DescribeComputeEnvironments", path: "/v1/describecomputeenvironments")
    let request = EnvironmentsRequest(computeEnvironments: names)
    return try await client.call(operation, request, as: Environments.self).computeEnvironments ?? []
  }
}

// MARK: - On the wire

private struct Submitted: Decodable {
  var jobId: String
}

private struct ListRequest: Encodable {
  var jobQueue: String
  var jobStatus: String?
  var filters: [BatchClient.JobSelection.Filter]?
  var maxResults: Int
  var nextToken: String?
}

private struct DescribeRequest: Encodable {
  var jobs: [String]
}

private struct Described: Decodable {
  var jobs: [BatchClient.JobDetail]?
}

private struct StopRequest: Encodable {
  var jobId: String
  var reason: String
}

private struct QueuesRequest: Encodable {
  var jobQueues: [String]
}

private struct Queues: Decodable {
  var jobQueues: [BatchClient.QueueDetail]?
}

private struct EnvironmentsRequest: Encodable {
  var computeEnvironments: [String]
}

private struct Environments: Decodable {
  var computeEnvironments: [BatchClient.ComputeEnvironmentDetail]?
}
