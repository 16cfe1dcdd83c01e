import FoundationEssentials
import Support
import TestSupport
import Testing

@testable import AWSClient

struct DynamoDBClientTests {
  static let key: DynamoItem = ["Source": .string("r.example/a:1")]

  /// What was sent, as a document.
  private func sent(_ server: LoopbackServer, _ number: Int = 0) throws -> JSONValue {
    try JSONDecoder().decode(JSONValue.self, from: Data(server.requests[number].body))
  }

  private func document(_ text: String) throws -> JSONValue {
    try JSONDecoder().decode(JSONValue.self, from: Data(text.utf8))
  }

  @Test("An item is asked for by its key, consistently where that is wanted; none is nil")
  func item() async throws {
    let counter = Counter()
    let server = try LoopbackServer { _ in
      .answer(200, [], counter.next() == 1 ? #"{"Item":{"Source":{"S":"r.example/a:1"}}}"# : "{}")
    }
    let dynamo = DynamoDBClient(server.connection())
    #expect(try await dynamo.item(Self.key, in: "t") == Self.key)
    #expect(try await dynamo.item(Self.key, in: "t", isConsistent: true) == nil)
    #expect(server.requests[0].headers["x-amz-target"] == "DynamoDB_20120810.GetItem")
    #expect(try sent(server) == document(#"{"TableName":"t","Key":{"Source":{"S":"r.example/a:1"}}}"#))
    #expect(
      try sent(server, 1)
        == document(#"{"TableName":"t","Key":{"Source":{"S":"r.example/a:1"}},"ConsistentRead":true}"#))
  }

  @Test("A query names its index, condition, order and start; a page says where the next one begins")
  func query() async throws {
    let server = try LoopbackServer { _ in
      .answer(200, [], #"{"Items":[{"A":{"N":"1"}}],"Count":1,"LastEvaluatedKey":{"A":{"N":"1"}}}"#)
    }
    let dynamo = DynamoDBClient(server.connection())
    let page = try await dynamo.query(
      "t", index: "ByMonth", where: "\(name: "Month") = \(value: .string("2026-11"))", isForward: false, limit: 20,
      after: ["A": .number(9)])
    #expect(page.items == [["A": .number(1)]] && page.next == ["A": .number(1)])
    #expect(
      try sent(server)
        == document(
          """
          {"TableName":"t","IndexName":"ByMonth","KeyConditionExpression":"#0 = :0","ScanIndexForward":false,"Limit":20,
          "ExpressionAttributeNames":{"#0":"Month"},"ExpressionAttributeValues":{":0":{"S":"2026-11"}},
          "ExclusiveStartKey":{"A":{"N":"9"}}}
          """))
  }

  @Test("A segment of a scan says which of how many; a page may be empty and not the last")
  func scan() async throws {
    let server = try LoopbackServer { _ in .answer(200, [], #"{"Items":[],"LastEvaluatedKey":{"A":{"S":"x"}}}"#) }
    let page = try await DynamoDBClient(server.connection()).scan("t", segment: .init(3, of: 4))
    #expect(page.items.isEmpty && page.next != nil)
    #expect(try sent(server) == document(#"{"TableName":"t","Segment":3,"TotalSegments":4}"#))
  }

  @Test("A write whose condition does not hold says what is there; one without placeholders has no empty maps")
  func write() async throws {
    let counter = Counter()
    let server = try LoopbackServer { _ in
      counter.next() == 1
        ? .answer(
          400, [],
          #"{"__type":"com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException","message":"The conditional"#
            + #" request failed","Item":{"Run":{"S":"2"}}}"#) : .answer(200, [], "{}")
    }
    let dynamo = DynamoDBClient(server.connection())
    let put = DynamoWrite.put(Self.key, into: "t", if: "attribute_not_exists(\(name: "Source"))")
    #expect(try await dynamo.write(put) == .refused(existing: ["Run": .string("2")]))
    #expect(try await dynamo.write(.delete(Self.key, from: "t")) == .written)
    let update = DynamoWrite.update(Self.key, in: "t", "ADD \(name: "N") \(value: .number(1))")
    #expect(try await dynamo.write(update) == .written)
    #expect(
      server.requests.map { $0.headers["x-amz-target"]?.split(separator: ".").last }
        == ["PutItem", "DeleteItem", "UpdateItem"])
    #expect(
      try sent(server)
        == document(
          """
          {"TableName":"t","Item":{"Source":{"S":"r.example/a:1"}},"ConditionExpression":"attribute_not_exists(#0)",
          "ExpressionAttributeNames":{"#0":"Source"},"ReturnValuesOnConditionCheckFailure":"ALL_OLD"}
          """))
    #expect(try sent(server, 1) == document(#"{"TableName":"t","Key":{"Source":{"S":"r.example/a:1"}}}"#))
  }

  // MARK: - Transactions

  private static func cancelled(_ codes: String...) -> String {
    let reasons = codes.map { #"{"Code":"\#($0)"}"# }.joined(separator: ",")
    return #"{"__type":"com.amazonaws.dynamodb.v20120810#TransactionCanceledException","#
      + #""Message":"Transaction cancelled","CancellationReasons":[\#(reasons)]}"#
  }

  private static let two: [DynamoWrite] = [
    .put(["A": .string("1")], into: "t", if: "attribute_not_exists(\(name: "A"))"),
    .delete(["A": .string("2")], from: "t"),
  ]

  @Test("A cancelled transaction says which write could not be done, and why")
  func cancelled() async throws {
    let server = try LoopbackServer { _ in .answer(400, [], Self.cancelled("None", "ConditionalCheckFailed")) }
    guard case .cancelled(let reasons) = try await DynamoDBClient(server.connection()).transact(Self.two) else {
      Issue.record("it was not cancelled")
      return
    }
    #expect(reasons.map(\.code) == ["None", "ConditionalCheckFailed"])
    #expect(server.requests.count == 1)
  }

  @Test("Sent again after an answer that got lost, a transaction has the same token; another has another")
  func token() async throws {
    let counter = Counter()
    let server = try LoopbackServer { _ in counter.next() == 1 ? [.close] : .answer(200, [], "{}") }
    let dynamo = DynamoDBClient(server.connection())
    #expect(try await dynamo.transact(Self.two) == .written)
    #expect(try await dynamo.transact(Self.two) == .written)
    #expect(try sent(server, 0) == sent(server, 1))
    #expect(try sent(server, 1) != sent(server, 2))
    guard case .object(let fields) = try sent(server), case .array(let items) = fields["TransactItems"] else {
      Issue.record("no TransactItems")
      return
    }
    #expect(
      try items
        == [
          document(
            """
            {"Put":{"TableName":"t","Item":{"A":{"S":"1"}},"ConditionExpression":"attribute_not_exists(#0)",
            "ExpressionAttributeNames":{"#0":"A"}}}
            """), document(#"{"Delete":{"TableName":"t","Key":{"A":{"S":"2"}}}}"#),
        ])
  }

  @Test("A transaction that met another one is tried again; with a condition that failed as well it is not")
  func conflict() async throws {
    let counter = Counter()
    let server = try LoopbackServer { _ in
      counter.next() < 3 ? .answer(400, [], Self.cancelled("TransactionConflict", "None")) : .answer(200, [], "{}")
    }
    #expect(try await DynamoDBClient(server.connection()).transact(Self.two) == .written)
    #expect(server.requests.count == 3)

    let both = try LoopbackServer { _ in
      .answer(400, [], Self.cancelled("TransactionConflict", "ConditionalCheckFailed"))
    }
    guard case .cancelled = try await DynamoDBClient(both.connection()).transact(Self.two) else {
      Issue.record("it was not cancelled")
      return
    }
    #expect(both.requests.count == 1)
  }

  @Test(
    "A cancellation that does not say why is the service's error", arguments: ["{}", #"{"CancellationReasons":[]}"#])
  func unexplained(body: String) async throws {
    let server = try LoopbackServer { _ in
      .answer(400, [("x-amzn-ErrorType", "TransactionCanceledException")], body)
    }
    let error = await #expect(throws: AWSError.self) {
      try await DynamoDBClient(server.connection()).transact(Self.two)
    }
    #expect(error?.code == "TransactionCanceledException")
  }

  // MARK: - Many items

  @Test("Many keys are asked for by the hundred, and again where they were left over")
  func batches() async throws {
    let counter = Counter()
    let left = #"{"t":{"Keys":[{"A":{"S":"7"}}],"ConsistentRead":true}}"#
    let server = try LoopbackServer { _ in
      let unprocessed = counter.next() == 1 ? left : "{}"
      return .answer(200, [], #"{"Responses":{"t":[{"A":{"S":"x"}}]},"UnprocessedKeys":\#(unprocessed)}"#)
    }
    let keys = (0..<150).map { ["A": AttributeValue.string(String($0))] }
    #expect(try await DynamoDBClient(server.connection()).items(keys, in: "t").count == 2)
    let counts = try server.requests.indices.map { index -> Int in
      guard case .object(let fields) = try sent(server, index), case .object(let tables) = fields["RequestItems"],
        case .object(let table) = tables["t"], table["ConsistentRead"] == .bool(true),
        case .array(let keys) = table["Keys"]
      else { return -1 }
      return keys.count
    }
    #expect(counts == [100, 51])
  }

  @Test("A table too busy to read any key of a batch is an error after some tries")
  func starved() async throws {
    let server = try LoopbackServer { _ in
      .answer(200, [], #"{"Responses":{},"UnprocessedKeys":{"t":{"Keys":[{"A":{"S":"7"}}]}}}"#)
    }
    let error = await #expect(throws: AWSError.self) {
      try await DynamoDBClient(server.connection()).items([["A": .string("7")]], in: "t")
    }
    #expect(error?.isThrottling == true)
    #expect(server.requests.count == 5)
  }
}
