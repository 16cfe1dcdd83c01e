extension BatchClient {
  /// What `DescribeJobQueues` tells of a queue.
  public struct QueueDetail: Sendable, Equatable, Decodable {
    public var jobQueueName: String
    public var jobQueueArn: String
    /// `ENABLED` or `DISABLED`.
    public var state: String
    /// `VALID`, `INVALID`, or what is being done to it.
    public var status: String?
    public var statusReason: String?
    private var computeEnvironmentOrder: [Order]?

    /// The ARNs of the compute environments that its jobs go to.
    public var environments: [String] { (computeEnvironmentOrder ?? []).map(\.computeEnvironment) }

    private struct Order: Sendable, Equatable, Decodable {
      var computeEnvironment: String
    }
  }

  /// What `DescribeComputeEnvironments` tells of a compute environment.
  public struct ComputeEnvironmentDetail: Sendable, Equatable, Decodable {
    public var computeEnvironmentName: String
    /// `ENABLED` or `DISABLED`.
    public var state: String
    /// As of a queue.
    public var status: String?
    public var statusReason: String?
  }
}
