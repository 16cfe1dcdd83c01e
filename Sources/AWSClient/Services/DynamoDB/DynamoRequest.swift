/// The parameters that requests of DynamoDB have in common; each request uses some of them. What is nil is left out.
struct DynamoRequest: Encodable {
  let table: String
  var item: DynamoItem?
  var key: DynamoItem?
  var indexName: String?
  var condition: DynamoExpression?
  var update: DynamoExpression?
  var keyCondition: DynamoExpression?
  var filter: DynamoExpression?
  var startKey: DynamoItem?
  var limit: Int?
  var isConsistent: Bool?
  var isForward: Bool?
  var segment: DynamoDBClient.Segment?
  /// Whether the answer to a condition that does not hold says what there is.
  var wantsExisting = false

  init(_ table: String) {
    self.table = table
  }

  private enum CodingKeys: String, CodingKey {
    case table = "TableName"
    case item = "Item"
    case key = "Key"
    case indexName = "IndexName"
    case condition = "ConditionExpression"
    case update = "UpdateExpression"
    case keyCondition = "KeyConditionExpression"
    case filter = "FilterExpression"
    case names = "ExpressionAttributeNames"
    case values = "ExpressionAttributeValues"
    case startKey = "ExclusiveStartKey"
    case limit = "Limit"
    case isConsistent = "ConsistentRead"
    case isForward = "ScanIndexForward"
    case segment = "Segment"
    case totalSegments = "TotalSegments"
    case onFailure = "ReturnValuesOnConditionCheckFailure"
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(table, forKey: .table)
    try container.encodeIfPresent(item, forKey: .item)
    try container.encodeIfPresent(key, forKey: .key)
    try container.encodeIfPresent(indexName, forKey: .indexName)
    try container.encodeIfPresent(startKey, forKey: .startKey)
    try container.encodeIfPresent(limit, forKey: .limit)
    try container.encodeIfPresent(isConsistent, forKey: .isConsistent)
    try container.encodeIfPresent(isForward, forKey: .isForward)
    try container.encodeIfPresent(segment?.number, forKey: .segment)
    try container.encodeIfPresent(segment?.count, forKey: .totalSegments)
    if wantsExisting && condition != nil { try container.encode("ALL_OLD", forKey: .onFailure) }
    try encodeExpressions(into: &container)
  }

  private func encodeExpressions(into container: inout KeyedEncodingContainer<CodingKeys>) throws {
    var placeholders = Placeholders()
    let expressions: [(CodingKeys, DynamoExpression?)] = [
      (.condition, condition), (.update, update), (.keyCondition, keyCondition), (.filter, filter),
    ]
    for case (let key, let expression?) in expressions {
      try container.encode(placeholders.text(expression), forKey: key)
    }
    // Empty ones are refused.
    if !placeholders.names.isEmpty { try container.encode(placeholders.names, forKey: .names) }
    if !placeholders.values.isEmpty { try container.encode(placeholders.values, forKey: .values) }
  }
}
