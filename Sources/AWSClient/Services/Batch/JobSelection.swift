extension BatchClient {
  /// Which of a queue's jobs `ListJobs` is to tell.
  public enum JobSelection: Sendable, Equatable {
    /// Those in one state, in no documented order, 1,000 a page.
    case status(String)
    /// In every state, newest first, 100 a page. Milliseconds since 1970, exclusive.
    case createdAfter(Int64)
    case createdBefore(Int64)
    /// In every state, 100 a page; upper and lower case are the same.
    case named(String)

    struct Filter: Encodable {
      var name: String
      var values: [String]
    }

    var status: String? {
      if case .status(let status) = self { return status }
      return nil
    }

    /// The service takes one, and ignores the status beside it.
    var filter: Filter? {
      switch self {
      case .status: nil
      case .createdAfter(let time): Filter(name: "AFTER_CREATED_AT", values: ["\(time)"])
      case .createdBefore(let time): Filter(name: "BEFORE_CREATED_AT", values: ["\(time)"])
      case .named(let name): Filter(name: "JOB_NAME", values: [name])
      }
    }

    /// What the service gives at most.
    public var pageSize: Int { filter == nil ? 1000 : 100 }
  }

  /// A page of `ListJobs`.
  public struct JobPage: Sendable, Equatable, Decodable {
    public var jobs: [JobSummary]
    /// Where the next page begins; nil on the last.
    public var next: String?

    private enum CodingKeys: String, CodingKey {
      case jobs = "jobSummaryList"
      case next = "nextToken"
    }
  }

  /// What `ListJobs` tells of a job. Times are milliseconds since 1970.
  public struct JobSummary: Sendable, Equatable, Decodable {
    public var jobId: String
    public var jobName: String
    public var status: String?
    public var statusReason: String?
    public var createdAt: Int64?
    public var startedAt: Int64?
    public var stoppedAt: Int64?
    /// How the container ended.
    public var container: ContainerSummary?
  }

  public struct ContainerSummary: Sendable, Equatable, Decodable {
    public var exitCode: Int?
    public var reason: String?
  }
}
