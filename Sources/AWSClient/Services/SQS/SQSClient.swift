/// Queues of SQS, by their URLs.
public struct SQSClient: Sendable {
  private let client: ServiceClient

  public init(_ connection: AWSConnection) {
    client = ServiceClient(.sqs, connection)
  }

  private struct SendInput: Encodable {
    var queue: String
    var body: String
    enum CodingKeys: String, CodingKey {
      case queue = "QueueUrl"
      case body = "MessageBody"
    }
  }

  private struct CountInput: Encodable {
    var queue: String
    var attributes = ["ApproximateNumberOfMessages"]
    enum CodingKeys: String, CodingKey {
      case queue = "QueueUrl"
      case attributes = "AttributeNames"
    }
  }

  private struct Nothing: Decodable {}

  private struct Attributes: Decodable {
    var attributes: [String: String]?
    enum CodingKeys: String, CodingKey { case attributes = "Attributes" }
  }

  /// Sends a message. Twice does no harm: whoever reads a queue must bear with doubles.
  ///
  /// - Throws: `AWSError`.
  public func send(_ body: String, to queue: String) async throws(AWSError) {
    _ = try await client.call(.init("SendMessage"), SendInput(queue: queue, body: body), as: Nothing.self)
  }

  /// About how many messages wait.
  ///
  /// - Throws: `AWSError`.
  public func messages(in queue: String) async throws(AWSError) -> Int {
    let operation = ServiceClient.Operation("GetQueueAttributes")
    let output = try await client.call(operation, CountInput(queue: queue), as: Attributes.self)
    guard let count = output.attributes?["ApproximateNumberOfMessages"].flatMap({ Int($0) }) else {
      throw AWSError(.invalidAnswer("it contains no number"), client.service, operation.name)
    }
    return count
  }
}
