import Support

extension DynamoDBClient {
  /// Keys of one request at most.
  private static let batchLimit = 100

  /// The items under these keys that there are, in no order.
  ///
  /// - Parameter isConsistent: whether every write that was acknowledged is seen, which costs twice as much.
  public func items(
    _ keys: [DynamoItem], in table: String, isConsistent: Bool = true
  ) async throws(AWSError) -> [DynamoItem] {
    let operation = ServiceClient.Operation("BatchGetItem")
    var items: [DynamoItem] = []
    var waiting = keys[...]
    var attempt = 0
    while !waiting.isEmpty {
      let batch = waiting.prefix(Self.batchLimit)
      let answer = try await client.call(
        operation, Request(tables: [table: Keys(keys: Array(batch), isConsistent: isConsistent)]), as: Answer.self)
      let found = answer.items?[table] ?? []
      items += found
      // An answer ends at 16 MB, or when the table is busy.
      let left = answer.unprocessed?[table]?.keys ?? []
      waiting = waiting.dropFirst(batch.count) + left
      attempt = left.count == batch.count ? attempt + 1 : 0
      guard attempt < client.connection.retry.attempts else { throw Self.nothingRead(operation) }
      if attempt > 0 { try await client.pause(client.connection.retry.backoff.wait(attempt: attempt), operation) }
    }
    return items
  }

  /// What single requests are answered when a table is busy.
  private static func nothingRead(_ operation: ServiceClient.Operation) -> AWSError {
    let error = AWSError.ServiceError(
      code: "ProvisionedThroughputExceededException", message: "no key of the batch was read", status: 400, body: [])
    return AWSError(.service(error), .dynamoDB, operation.name)
  }

  private struct Keys: Codable {
    var keys: [DynamoItem]
    var isConsistent: Bool?

    enum CodingKeys: String, CodingKey {
      case keys = "Keys"
      case isConsistent = "ConsistentRead"
    }
  }

  private struct Request: Encodable {
    var tables: [String: Keys]
    enum CodingKeys: String, CodingKey { case tables = "RequestItems" }
  }

  private struct Answer: Decodable {
    var items: [String: [DynamoItem]]?
    var unprocessed: [String: Keys]?

    enum CodingKeys: String, CodingKey {
      case items = "Responses"
      case unprocessed = "UnprocessedKeys"
    }
  }
}
