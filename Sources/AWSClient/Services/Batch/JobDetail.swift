extension BatchClient {
  /// What `DescribeJobs` tells of a job, as far as it is used here. Times are milliseconds since 1970.
  public struct JobDetail: Sendable, Equatable, Decodable {
    public var jobId: String
    public var jobName: String
    public var status: String
    public var statusReason: String?
    public var createdAt: Int64?
    /// The service's model has it always; a job that never started has none.
    public var startedAt: Int64?
    public var stoppedAt: Int64?
    /// Attempts that ended, oldest first.
    public var attempts: [AttemptDetail]?
    public var parameters: [String: String]?
    public var container: ContainerDetail?
    public var isCancelled: Bool?
    public var isTerminated: Bool?

    public init(jobId: String, jobName: String, status: String) {
      self.jobId = jobId
      self.jobName = jobName
      self.status = status
    }
  }

  public struct AttemptDetail: Sendable, Equatable, Decodable {
    public var container: AttemptContainer?
    public var startedAt: Int64?
    public var stoppedAt: Int64?
    public var statusReason: String?

    public init() {}
  }

  public struct AttemptContainer: Sendable, Equatable, Decodable {
    public var exitCode: Int?
    public var reason: String?
    public var logStreamName: String?

    public init() {}
  }

  /// The container of the attempt under way, or of the last one.
  public struct ContainerDetail: Sendable, Equatable, Decodable {
    public var environment: [Variable]?
    public var exitCode: Int?
    public var reason: String?
    public var logStreamName: String?
    public var logConfiguration: LogConfiguration?

    public init() {}
  }

  public struct LogConfiguration: Sendable, Equatable, Decodable {
    public var options: [String: String]?
  }
}
