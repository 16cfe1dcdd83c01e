import AWSClient
import FoundationEssentials
import MirrorCore
import Support
import Testing

@testable import AWSBackend

/// A history table in which somebody, or another version, wrote what this one does not expect.
struct StrangeHistoryTests {
  let files: DynamoFixture
  let history: DynamoHistory
  /// The time at which leases are taken: a busy machine takes longer than one lasts.
  private let time = Date.now

  init() async throws {
    files = try DynamoFixture()
    try await files.makeTables()
    history = files.open { [time] in time }.history
  }

  private func put(_ key: DynamoItem, _ attributes: DynamoItem) async throws {
    _ = try await files.dynamo.write(.put(key.merging(attributes) { $1 }, into: files.past))
  }

  private func ask() async throws -> RunLease? {
    try await history.acquire(RunLease(run: "mine", holder: "h", expires: time + 60))
  }

  @Test(
    "A lease that nobody can read keeps nobody waiting",
    arguments: [
      [:], ["Run": .string("x")], ["Run": .string("x"), "Until": .string("tomorrow")],
      ["Run": .number("1"), "Until": .null], ["Until": .number("99999999999999")],
      ["Run": .string("x"), "Until": .number("-5")],
    ] as [DynamoItem])
  func leases(garbage: DynamoItem) async throws {
    try await put(HistoryKey.only("#lease"), garbage)
    #expect(try await ask() == nil)
    #expect(try await history.acquire(RunLease(run: "other", holder: "h", expires: time + 60))?.run == "mine")
  }

  @Test("A lease that ends at an absurd time is not believed")
  func endless() async throws {
    try await put(HistoryKey.only("#lease"), ["Run": .string("x"), "Until": .number("1e99")])
    #expect(try await history.lease() == nil)
    #expect(try await ask() == nil)
    #expect(try await history.lease()?.run == "mine")
  }

  @Test("Items that cannot be read are passed over, however many there are")
  func items() async throws {
    let now = Date.now
    let good = HistoryItem.run(
      RunRecord(
        id: "good", kind: .run, started: Date(timeIntervalSince1970: 1_700_000_000), finished: now - 3600, mirrors: 1,
        found: [:], submitted: 0))
    try await history.append(good)
    for (number, body) in ["", "{}", "garbage", #"{"dream":{}}"#].enumerated() {
      let at = (now - Double(number)).rfc3339Milliseconds + "/x"
      try await put(
        HistoryKey.key("#runs", at),
        ["Month": .string(HistoryKey.month(of: now - Double(number))), "Body": .string(body), "Kind": .number("1")])
    }
    #expect(try await history.items(of: nil, limit: 2).count == 1)
    #expect(try await history.lastSweep() == Date(timeIntervalSince1970: 1_700_000_000))
  }

  @Test("Counters that are no numbers count as none")
  func counters() async throws {
    try await put(HistoryKey.only("#revision"), ["Table": .string("x"), "History": .number("1.5")])
    #expect(try await history.revision() == 0)
  }

  @Test("A table without the index says to update the stack; one with other keys is not a history table")
  func wrongTables() async throws {
    let strange = DynamoHistory(files.dynamo, files.mirrors, Revisions(files.dynamo, files.mirrors))
    let calls: [() async throws -> Void] = [
      { _ = try await strange.items(of: "a", limit: 1) }, { _ = try await strange.lastSweep() },
      { try await strange.release(run: "a") }, { _ = try await strange.revision() },
    ]
    for call in calls {
      let error = await #expect(throws: MirrorError.self) { try await call() }
      #expect(error?.description.contains("is not a history table") == true, "\(String(describing: error))")
    }
    let name = "bare-\(UUID().uuidString)"
    try await files.create(
      """
      {"TableName": "\(name)", "BillingMode": "PAY_PER_REQUEST",
       "AttributeDefinitions": [{"AttributeName": "Mirror", "AttributeType": "S"},
         {"AttributeName": "At", "AttributeType": "S"}],
       "KeySchema": [{"AttributeName": "Mirror", "KeyType": "HASH"}, {"AttributeName": "At", "KeyType": "RANGE"}]}
      """)
    let bare = DynamoHistory(files.dynamo, name, Revisions(files.dynamo, name))
    let error = await #expect(throws: MirrorError.self) { try await bare.items(of: nil, limit: 1) }
    #expect(error?.description == "the table \(name) has no index ByMonth; update the stack")
  }
}
