public import FoundationEssentials

/// The operations of DynamoDB that are used here.
public struct DynamoDBClient: Sendable {
  let client: ServiceClient

  public init(_ connection: AWSConnection) {
    client = ServiceClient(.dynamoDB, connection)
  }

  public var region: String { client.connection.endpoints.region }

  /// The time as AWS sees it, as far as it has contradicted this machine's.
  public var now: Date { client.connection.clock.now }

  // MARK: - Reading

  /// - Parameter isConsistent: whether every write that was acknowledged is to be seen; costs twice as much.
  /// - Returns: nil where there is no such item.
  public func item(
    _ key: DynamoItem, in table: String, isConsistent: Bool = false
  ) async throws(AWSError) -> DynamoItem? {
    var request = DynamoRequest(table)
    request.key = key
    request.isConsistent = isConsistent ? true : nil
    return try await client.call(.init("GetItem"), request, as: ItemAnswer.self).item
  }

  /// Items of one hash key, in the order of their range keys.
  ///
  /// - Parameters:
  ///   - key: a condition on the hash key, and perhaps on the range key.
  ///   - index: a secondary index instead of the table.
  ///   - limit: items of the page at most; it also ends at 1 MB.
  ///   - start: what the last page gave.
  public func query(
    _ table: String, index: String? = nil, where key: DynamoExpression, isForward: Bool = true, limit: Int? = nil,
    isConsistent: Bool = false, after start: DynamoItem? = nil
  ) async throws(AWSError) -> DynamoPage {
    var request = DynamoRequest(table)
    request.indexName = index
    request.keyCondition = key
    request.isForward = isForward
    request.limit = limit
    request.isConsistent = isConsistent ? true : nil
    request.startKey = start
    return try await client.call(.init("Query"), request)
  }

  /// Every item, in no order: a page of up to 1 MB.
  ///
  /// - Parameter segment: only the items of this part, so that several can be read at once.
  public func scan(
    _ table: String, segment: Segment? = nil, limit: Int? = nil, isConsistent: Bool = false,
    after start: DynamoItem? = nil
  ) async throws(AWSError) -> DynamoPage {
    var request = DynamoRequest(table)
    request.segment = segment
    request.limit = limit
    request.isConsistent = isConsistent ? true : nil
    request.startKey = start
    return try await client.call(.init("Scan"), request)
  }

  /// One of `count` parts of a table, counted from 0.
  public struct Segment: Sendable, Equatable {
    public let number: Int
    public let count: Int

    public init(_ number: Int, of count: Int) {
      self.number = number
      self.count = count
    }
  }

  // MARK: - Writing

  /// Does one write. It may be sent twice when an answer gets lost: the condition must hold after it as well where that
  /// matters, as with a value that names who wrote.
  public func write(_ write: DynamoWrite) async throws(AWSError) -> DynamoWrite.Outcome {
    var request = write.request
    request.wantsExisting = true
    do throws(AWSError) {
      _ = try await client.call(.init("\(write.kind.rawValue)Item"), request, as: Nothing.self)
      return .written
    } catch  where error.code == "ConditionalCheckFailedException" {
      return .refused(existing: error.details(ItemAnswer.self)?.item)
    }
  }
}

/// A page of items.
public struct DynamoPage: Sendable, Equatable, Decodable {
  public var items: [DynamoItem]
  /// Where the next page begins; nil on the last. A page without items need not be the last.
  public var next: DynamoItem?

  private enum CodingKeys: String, CodingKey {
    case items = "Items"
    case next = "LastEvaluatedKey"
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    items = try container.decodeIfPresent([DynamoItem].self, forKey: .items) ?? []
    next = try container.decodeIfPresent(DynamoItem.self, forKey: .next)
  }
}

struct ItemAnswer: Decodable {
  var item: DynamoItem?
  private enum CodingKeys: String, CodingKey { case item = "Item" }
}

struct Nothing: Decodable {}
