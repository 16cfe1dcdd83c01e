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
  }
}
