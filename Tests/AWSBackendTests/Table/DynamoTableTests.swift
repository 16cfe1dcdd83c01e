import AWSClient
import FoundationEssentials
import MirrorCore
import OCIRegistry
import Support
import TestSupport
import Testing

@testable import AWSBackend

/// What goes over the wire, and what becomes of what comes back.
struct DynamoTableTests {
  private func table(_ server: LoopbackServer) -> DynamoTable {
    let dynamo = DynamoDBClient(server.connection())
    return DynamoTable(dynamo, "mirrors", Revisions(dynamo, "history"))
  }

  private static func row(_ source: String) -> String {
    #"{"Source":{"S":"\#(source)"},"Destination":{"S":"d.example/a:1"}}"#
  }

  private static func page(_ sources: [String], next: String? = nil) -> [Step] {
    let last = next.map { #","LastEvaluatedKey":{"Source":{"S":"\#($0)"}}"# } ?? ""
    return .answer(200, [], #"{"Items":[\#(sources.map(row).joined(separator: ","))]\#(last)}"#)
  }

  private static func refusal(_ code: String, _ message: String = "") -> [Step] {
    .answer(400, [], #"{"__type":"com.amazonaws.dynamodb.v20120810#\#(code)","message":"\#(message)"}"#)
  }

  private static let seen = ObservedChange(set: [
    "d.example/a:1": Observed(
      state: .drifted, since: Date(timeIntervalSince1970: 1), checked: Date(timeIntervalSince1970: 1))
  ])

  private static let entry = MirrorEntry(source: "r.example/a:1", destinations: ["d.example/a:1"])

  // MARK: - Reading

  @Test("A table that fits into a page is read with one request")
  func onePage() async throws {
    let server = try LoopbackServer { _ in Self.page(["a", "b"]) }
    var pages = 0
    try await table(server).forEachPage { page in
      pages += 1
      #expect(page.entries.map(\.source) == ["a", "b"])
    }
    #expect(pages == 1)
    let asked = JSONValue.object([
      "TableName": .string("mirrors"), "Limit": .integer(250), "ConsistentRead": .bool(true),
    ])
    #expect(try server.requests.map { try $0.document } == [asked])
  }

  @Test("A larger one is read in four parts at once, each page by page, every row once")
  func segments() async throws {
    let server = try LoopbackServer { request in
      guard let segment = request.integer("Segment") else { return Self.page(["0-1"], next: "0-1") }
      // Each segment has three pages, the second of them empty.
      switch request.start {
      case nil: return Self.page(["\(segment)-1"], next: "\(segment)-1")
      case "\(segment)-1": return Self.page([], next: "\(segment)-2")
      default: return Self.page(["\(segment)-3"])
      }
    }
    var rows: [String] = []
    try await table(server).forEachPage { rows += $0.entries.map(\.source) }
    #expect(rows.sorted() == ["0-1", "0-3", "1-1", "1-3", "2-1", "2-3", "3-1", "3-3"])
    #expect(server.requests.count == 13)
    #expect(server.requests.dropFirst().allSatisfy { $0.integer("TotalSegments") == 4 })
  }

  @Test("However long its reader takes, no more than a page of each part is read ahead")
  func readAhead() async throws {
    let server = try LoopbackServer { request in
      Self.page(["x"], next: "\(request.start ?? "")x")
    }
    // The first look, one for each part, and one for each page that was taken.
    var pages = 0
    await #expect(throws: CancellationError.self) {
      try await table(server).forEachPage { _ in
        pages += 1
        try await waitFor("the next page to be read ahead") { server.requests.count >= 1 + 4 + pages }
        if pages == 3 { throw CancellationError() }
      }
    }
    #expect(server.requests.count == 1 + 4 + 3)
  }

  @Test("A row that cannot be read is named with the reason, and the others go on")
  func unreadable() async throws {
    let bad = #"{"Source":{"S":"b\u001b[0m"},"Destination":{"S":"d"},"Expires":{"S":"soon"}}"#
    let server = try LoopbackServer { _ in .answer(200, [], #"{"Items":[\#(Self.row("a")),\#(bad)]}"#) }
    let page = try await table(server).page(after: nil)
    #expect(page.entries.map(\.source) == ["a"])
    #expect(page.unreadable.map(\.source) == ["b\u{fffd}[0m"])
    #expect(page.unreadable.first?.reason.hasPrefix("its Expires is the string 'soon' (S)") == true)

    let one = try LoopbackServer { _ in .answer(200, [], #"{"Item":\#(bad)}"#) }
    let error = await #expect(throws: MirrorError.self) { try await table(one).entry("b") }
    #expect(error?.description.hasPrefix("the mirror of b cannot be read: its Expires is") == true)
  }

  // MARK: - What a table may answer instead

  static let failures: [(String, String, String)] = [
    (
      "ResourceNotFoundException", "Requested resource not found",
      "there is no usable table mirrors in eu-central-1; restore it or deploy the stack again, or check --stack"
    ),
    (
      "AccessDeniedException", "User: arn:aws:iam::1:user/u is not authorized to perform: dynamodb:Scan",
      "AccessDeniedException: User: arn:aws:iam::1:user/u is not authorized to perform: dynamodb:Scan; allow dynamodb:Scan in a"
    ),
    (
      "ProvisionedThroughputExceededException", "The level of throughput",
      "the table mirrors is throttled"
    ),
    (
      "ValidationException", "The provided key element does not match the schema",
      "the table mirrors is not a mirror table, which has the hash key Source, a string, and no range key"
    ),
    ("KMSAccessDeniedException", "no key", "the table mirrors cannot be used: DynamoDB refused"),
  ]

  @Test("What fails says what it means and what to do", arguments: failures)
  func failure(code: String, message: String, sentence: String) async throws {
    let server = try LoopbackServer { _ in Self.refusal(code, message) }
    let table = table(server)
    let calls: [() async throws -> Void] = [
      { _ = try await table.page(after: nil) }, { _ = try await table.entry("a") },
      { try await table.forEachPage { _ in } },
      { try await table.write([.add(Self.entry)]) },
    ]
    for call in calls {
      let error = await #expect(throws: MirrorError.self) { try await call() }
      #expect(error?.kind == .backend)
      #expect(error?.description.contains(sentence) == true, "\(String(describing: error))")
    }
  }

  @Test("A table with other rows is no mirror table")
  func otherTable() async throws {
    let server = try LoopbackServer { _ in .answer(200, [], #"{"Items":[{"Id":{"N":"1"}}]}"#) }
    let error = await #expect(throws: MirrorError.self) { try await table(server).page(after: nil) }
    #expect(error?.description.contains("the table mirrors is not a mirror table") == true)
  }

  @Test("What is cancelled ends as such")
  func cancelled() async throws {
    let server = try LoopbackServer { _ in [.hang] }
    let table = table(server)
    let task = Task { try await table.page(after: nil) }
    try await waitFor("the request") { !server.requests.isEmpty }
    task.cancel()
    await #expect(throws: CancellationError.self) { try await task.value }
  }

  // MARK: - Writing

  @Test(
    "Many rows are written by the hundred; when it fails half-way, and stays so, the error says how many are written")
  func halfWay() async throws {
    let count = Lock(0)
    let server = try LoopbackServer { request in
      switch request.operation.split(separator: ".").last {
      case "BatchGetItem": return .answer(200, [], #"{"Responses":{"mirrors":[]}}"#)
      case "TransactWriteItems" where count.next() == 3: return Self.refusal("AccessDeniedException", "no")
      default: return .answer(200, [], "{}")
      }
    }
    let rows = (0..<250).map { MirrorEntry(source: "r.example/\($0):1", destinations: ["d.example/a:1"]) }
    let error = await #expect(throws: MirrorError.self) { try await table(server).write(rows.map { .add($0) }) }
    #expect(
      error?.description.contains("; of 250 rows 200 were written before, and could not be undone: the mirror of")
        == true)
    let operations = server.requests.map { $0.operation.split(separator: ".").last ?? "" }
    #expect(
      operations == ["BatchGetItem", "BatchGetItem", "BatchGetItem"] + Array(repeating: "TransactWriteItems", count: 3)
        + ["BatchGetItem", "UpdateItem"])
  }

  @Test("Rows that are large go by transactions of less than 4 MB; one that no item holds keeps all from being written")
  func largeRows() async throws {
    let server = try LoopbackServer { request in
      .answer(200, [], request.operation.hasSuffix("BatchGetItem") ? #"{"Responses":{"mirrors":[]}}"# : "{}")
    }
    func rows(_ count: Int, _ bytes: Int) -> [RowChange] {
      (0..<count).map { number in
        let notes = JSONValue.string(String(repeating: "x", count: bytes))
        return .add(
          MirrorEntry(source: "r.example/\(number):1", destinations: ["d.example/a:1"], other: ["Notes": notes]))
      }
    }
    try await table(server).write(rows(20, 300_000))
    #expect(server.requests.count { $0.operation.hasSuffix("TransactWriteItems") } == 2)
    #expect(server.requests.allSatisfy { $0.body.count < 4 << 20 })

    let before = server.requests.count
    let error = await #expect(throws: MirrorError.self) {
      try await table(server).write(
        rows(150, 10) + [.add(MirrorEntry(source: "x", destinations: []))] + rows(1, 410_000))
    }
    #expect(
      error?.description.hasPrefix("the row of r.example/0:1 would have 400 KB, and DynamoDB accepts 400") == true)
    #expect(server.requests.dropFirst(before).allSatisfy { $0.operation.hasSuffix("BatchGetItem") })
  }

  @Test("A row that somebody puts into another form while it is written is looked at anew, and written in that form")
  func changedForm() async throws {
    let count = Lock(0)
    let server = try LoopbackServer { request in
      switch request.operation.split(separator: ".").last {
      case "BatchGetItem":
        let destination = count.next() == 1 ? #"{"S":"d.example/a:1"}"# : #"{"SS":["d.example/a:1"]}"#
        return .answer(
          200, [],
          #"{"Responses":{"mirrors":[{"Source":{"S":"r.example/a:1"},"Destination":\#(destination)}]}}"#)
      case "TransactWriteItems" where !request.text.contains(#""SS""#):
        return .answer(
          400, [],
          #"{"__type":"x#TransactionCanceledException","CancellationReasons":[{"Code":"ConditionalCheckFailed"}]}"#)
      default: return .answer(200, [], "{}")
      }
    }
    var new = Self.entry
    new.destinations = ["e.example/a:1"]
    try await table(server).write([.replace(Self.entry, with: new)])
    #expect(server.requests.count { $0.operation.hasSuffix("TransactWriteItems") } == 2)
    #expect(server.requests.contains { $0.text.contains(#"{"SS":["e.example\/a:1"]}"#) })
  }

  @Test("A row that changes faster than it can be written is given up after some rounds")
  func restless() async throws {
    let server = try LoopbackServer { request in
      request.operation.hasSuffix("BatchGetItem")
        ? .answer(200, [], #"{"Responses":{"mirrors":[]}}"#)
        : .answer(
          400, [],
          #"{"__type":"x#TransactionCanceledException","CancellationReasons":[{"Code":"ConditionalCheckFailed"}]}"#)
    }
    let error = await #expect(throws: MirrorError.self) { try await table(server).write([.add(Self.entry)]) }
    #expect(error?.description.contains("change faster than they can be written") == true)
    #expect(server.requests.count { $0.operation.hasSuffix("TransactWriteItems") } == 5)
  }

  @Test("What DynamoDB does not take of a transaction is named")
  func invalidTransaction() async throws {
    let server = try LoopbackServer { request in
      request.operation.hasSuffix("BatchGetItem")
        ? .answer(200, [], #"{"Responses":{"mirrors":[]}}"#)
        : .answer(
          400, [],
          #"{"__type":"x#TransactionCanceledException","CancellationReasons":[{"Code":"ValidationError","#
            + #""Message":"Item size has exceeded"}]}"#)
    }
    let error = await #expect(throws: MirrorError.self) { try await table(server).write([.add(Self.entry)]) }
    #expect(
      error?.description == "DynamoDB did not write to the table mirrors: ValidationError: Item size has exceeded")
  }

  // MARK: - What was seen

  @Test("A row that was never looked at gets its map; one that is gone is passed over")
  func firstLook() async throws {
    let server = try LoopbackServer { request in
      if request.text.contains("gone") { return Self.refusal("ConditionalCheckFailedException") }
      if request.text.contains("NOT attribute_type") || request.text.contains("#revision") {
        return .answer(200, [], "{}")
      }
      return .answer(
        400, [], #"{"__type":"x#ConditionalCheckFailedException","Item":{"Source":{"S":"r"},"Observed":{"S":"x"}}}"#)
    }
    #expect(try await table(server).record(["gone": Self.seen]) == [:])
    #expect(server.requests.count == 1, "no revision for nothing")
    #expect(try await table(server).record(["r": Self.seen]) == [:])
    #expect(server.requests.count == 4)
  }

  @Test("A row that cannot take what was seen is named, and the others take it")
  func tooLarge() async throws {
    let server = try LoopbackServer { request in
      if request.operation.hasSuffix("Query") { return .answer(200, [], #"{"Items":[]}"#) }
      if request.operation.hasSuffix("GetItem") {
        return .answer(200, [], #"{"Item":{"Source":{"S":"large"},"Observed":{"M":{}}}}"#)
      }
      return request.operation.hasSuffix("UpdateItem") && request.text.contains("large")
        ? Self.refusal("ValidationException", "Item size to update has exceeded the maximum allowed size")
        : .answer(200, [], "{}")
    }
    let changes = ["a": Self.seen, "large": Self.seen, "b": Self.seen]
    let failures = try await table(server).record(changes)
    #expect(failures.keys.sorted() == ["large"])
    #expect(failures["large"]?.description.contains("Item size to update has exceeded") == true)
    // Three rows; of the large one the item, a part, the item again, and the part away; and the revision.
    #expect(server.requests.count == 3 + 4 + 1)
  }

  @Test("Nothing is sent where nothing changed")
  func nothing() async throws {
    let server = try LoopbackServer { _ in .answer(500) }
    let table = table(server)
    #expect(try await table.record(["a": ObservedChange()]) == [:])
    try await table.write([])
    #expect(server.requests.isEmpty)
  }

  // MARK: - Revisions

  @Test("Both revisions of one look cost one request; a change of ours is seen at once")
  func revisions() async throws {
    let server = try LoopbackServer { request in
      .answer(
        200, [], request.operation.hasSuffix("GetItem") ? #"{"Item":{"Table":{"N":"7"},"History":{"N":"2"}}}"# : "{}")
    }
    let dynamo = DynamoDBClient(server.connection())
    let time = Lock(ContinuousClock.now)
    let revisions = Revisions(dynamo, "history") { time.withLock(\.self) }
    let (table, history) = (DynamoTable(dynamo, "mirrors", revisions), DynamoHistory(dynamo, "history", revisions))
    #expect(try await table.revision() == 7)
    #expect(try await history.revision() == 2)
    #expect(server.requests.count == 1)
    try await history.release(run: "r")
    #expect(try await table.revision() == 7)
    #expect(server.requests.count == 2)
    try await table.record(["a": Self.seen])
    #expect(try await table.revision() == 7)
    #expect(server.requests.count == 5)
    // A later look asks anew, and much later whether the table is there at all.
    time.withLock { $0 += .seconds(2) }
    #expect(try await table.revision() == 7)
    #expect(server.requests.count == 6)
    time.withLock { $0 += .seconds(60) }
    #expect(try await table.revision() == 7)
    #expect(server.requests.count == 8)
  }

  @Test("A revision that cannot be raised does not undo what was written; one that cannot be read is an error")
  func deniedRevisions() async throws {
    let server = try LoopbackServer { request in
      request.text.contains("#revision") ? Self.refusal("AccessDeniedException", "no") : .answer(200, [], "{}")
    }
    let table = table(server)
    #expect(try await table.record(["a": Self.seen]) == [:])
    let error = await #expect(throws: MirrorError.self) { try await table.revision() }
    #expect(error?.description.contains("AccessDeniedException: no; allow it in a policy") == true)
  }
}

extension Lock<Int> {
  /// Counts from 1.
  fileprivate func next() -> Int {
    withLock { count in
      count += 1
      return count
    }
  }
}

extension Request {
  /// The body as a document, whose keys have no order.
  fileprivate var document: JSONValue {
    get throws { try JSONDecoder().decode(JSONValue.self, from: Data(body)) }
  }

  private var fields: [String: JSONValue] {
    if case .object(let fields) = try? document { fields } else { [:] }
  }

  fileprivate func integer(_ name: String) -> Int64? {
    if case .integer(let number) = fields[name] { number } else { nil }
  }

  /// `ExclusiveStartKey`.
  fileprivate var start: String? {
    guard case .object(let key) = fields["ExclusiveStartKey"], case .object(let value) = key["Source"],
      case .string(let text) = value["S"]
    else { return nil }
    return text
  }
}
