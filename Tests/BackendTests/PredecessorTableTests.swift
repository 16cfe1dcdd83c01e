import AWSClient
import FoundationEssentials
import MirrorCore
import Support
import Testing

@testable import AWSBackend

/// A table as aws-ecr-mirror leaves it, with what people put into it by hand.
struct PredecessorTableTests {
  let files: DynamoFixture
  let table: DynamoTable

  init() async throws {
    files = try DynamoFixture()
    try await files.makeTables()
    table = files.open().table
  }

  private static func item(_ source: String, _ attributes: DynamoItem) -> DynamoItem {
    attributes.merging(["Source": .string(source)]) { $1 }
  }

  /// All ten types.
  private static let foreign: DynamoItem = [
    "S": .string("text"), "N": .number("123456789012345678901234567890.12345"), "B": .binary([0, 1, 255]),
    "Bool": .bool(false), "Null": .null, "Strings": .strings(["a", "b"]), "Numbers": .numbers(["1", "2.5"]),
    "Binaries": .binaries([[1], [2, 3]]), "List": .list([.null, .map(["SS": .strings(["x"])])]),
    "Map": .map(["SS": .list([.string("no set")]), "size": .number("7")]),
  ]

  static let everyForm: [(AttributeValue, AttributeValue)] = [
    (.string("d.example/a"), .string("d.example/a,new.example/a")),
    (.string("d.example/a, e.example/a"), .string("d.example/a,e.example/a,new.example/a")),
    (.strings(["d.example/a", "e.example/a"]), .strings(["d.example/a", "e.example/a", "new.example/a"])),
    (.list([.string("d.example/a")]), .list([.string("d.example/a"), .string("new.example/a")])),
  ]

  @Test(
    "A row keeps the form of its destination, and all that is not ours, through edits and looks", arguments: everyForm)
  func forms(before: AttributeValue, after: AttributeValue) async throws {
    let source = "r.example/a:1"
    try await files.put(
      Self.item(source, Self.foreign.merging(["Destination": before, "Expires": .number("1767225600")]) { $1 }))
    let old = try #require(try await table.entry(source))
    #expect(old.other.count == 10)
    var new = old
    new.destinations.append("new.example/a")
    try await table.write([.replace(old, with: new)])
    try await table.record([source: TableSeamTests.seen("d.example/a:1")])
    let item = try #require(try await files.item(source))
    #expect(item["Destination"] == after)
    #expect(item.filter { Self.foreign.keys.contains($0.key) } == Self.foreign)
    let now = try #require(try await table.entry(source))
    #expect(now.observed.keys.sorted() == ["d.example/a:1"])
    // Foreign attributes can be changed too, and go.
    var third = now
    third.other = ["Strings": now.other["Binaries"] ?? .null]
    try await table.write([.replace(now, with: third)])
    let last = try #require(try await files.item(source))
    #expect(last.keys.sorted() == ["Destination", "Expires", "Observed", "Source", "Strings"])
    #expect(last["Strings"] == Self.foreign["Binaries"])
    try await table.write([.remove(third)])
    #expect(try await files.item(source) == nil)
  }

  @Test("Rows that cannot be read are named and change nothing; the others go on")
  func bad() async throws {
    try await files.put(Self.item("good", ["Destination": .string("d.example/a")]))
    try await files.put(Self.item("bad", ["Destination": .number("1")]))
    try await files.put(Self.item("worse", ["Destination": .string("d"), "Expires": .string("soon")]))
    let page = try await table.page(after: nil)
    #expect(page.entries.map(\.source) == ["good"])
    #expect(page.unreadable.map(\.source).sorted() == ["bad", "worse"])
    let error = await #expect(throws: MirrorError.self) { try await table.entry("worse") }
    #expect(error?.description.hasPrefix("the mirror of worse cannot be read: its Expires is") == true)
    await #expect(throws: MirrorError.alreadyThere("bad")) {
      try await table.write([.add(MirrorEntry(source: "bad", destinations: ["d"]))])
    }
    let guess = MirrorEntry(source: "worse", destinations: ["d"])
    await #expect(throws: MirrorError.self) { try await table.write([.remove(guess)]) }
    #expect(try await files.item("worse") != nil)
    // What is seen of them can be kept all the same: somebody looked when they were good.
    #expect(try await table.record(["worse": TableSeamTests.seen("d:1")]) == [:])
  }

  @Test(
    "Observed in whatever shape is ignored and written over",
    arguments: [
      AttributeValue.string("x"), .null, .list([]), .map(["d.example/a:1": .string("x"), "kept": .number("1")]),
      .map(["d.example/a:1": .map(["state": .string("splendid")])]),
    ])
  func observed(garbage: AttributeValue) async throws {
    let source = "r.example/a:1"
    try await files.put(Self.item(source, ["Destination": .string("d.example/a"), "Observed": garbage]))
    #expect(try await table.entry(source)?.observed == [:])
    let change = TableSeamTests.seen("d.example/a:1")
    #expect(try await table.record([source: ObservedChange(remove: ["d.example/a:1"])]) == [:])
    #expect(try await table.record([source: change]) == [:])
    #expect(try await table.entry(source)?.observed == change.set)
    let old = try #require(try await table.entry(source))
    var new = old
    new.observed = [:]
    try await table.write([.replace(old, with: new)])
    #expect(try await table.entry(source)?.observed == [:])
  }

  @Test("A row whose parts would grow over 400 KB is named, and the others take what was seen of them")
  func tooLarge() async throws {
    try await table.write([
      .add(MirrorEntry(source: "a", destinations: ["d.example/a"])),
      .add(MirrorEntry(source: "b", destinations: ["d.example/b"])),
    ])
    var observed = TableSeamTests.observed(.failed)
    observed.error = String(repeating: "x", count: 210_000)
    // Two of one part.
    let names = (0..<2000).map { "d.example/a:\($0)" }
    let twins = try #require(Dictionary(grouping: names, by: ObservedParts.number).values.first { $0.count > 1 })
    let many = Dictionary(uniqueKeysWithValues: twins.prefix(2).map { ($0, observed) })
    let failures = try await table.record([
      "a": ObservedChange(set: many), "b": TableSeamTests.seen("d.example/b:1"),
    ])
    #expect(failures.keys.sorted() == ["a"])
    #expect(failures["a"]?.description.contains("size") == true, "\(failures)")
    #expect(try await table.entry("b")?.observed.count == 1)
    // One by one they fit into a part each, though not into the row's item.
    for name in [twins[0], names.first { ObservedParts.number(of: $0) != ObservedParts.number(of: twins[0]) }] {
      #expect(try await table.record(["a": ObservedChange(set: [name ?? "": observed])]) == [:])
    }
    #expect(try await table.entry("a")?.observed.count == 2)
  }

  // MARK: - Other tables

  private func other(_ keys: String, _ attributes: String) async throws -> DynamoTable {
    let name = "other-\(UUID().uuidString)"
    try await files.create(
      """
      {"TableName": "\(name)", "BillingMode": "PAY_PER_REQUEST", "AttributeDefinitions": [\(attributes)],
       "KeySchema": [\(keys)]}
      """)
    return DynamoTable(files.dynamo, name, Revisions(files.dynamo, files.past))
  }

  @Test(
    "A table with other keys is not a mirror table, and one that is not there is missing",
    arguments: [
      (
        #"{"AttributeName": "Id", "KeyType": "HASH"}"#, #"{"AttributeName": "Id", "AttributeType": "S"}"#
      ),
      (
        #"{"AttributeName": "Source", "KeyType": "HASH"}, {"AttributeName": "Id", "KeyType": "RANGE"}"#,
        #"{"AttributeName": "Source", "AttributeType": "S"}, {"AttributeName": "Id", "AttributeType": "S"}"#
      ),
      (
        #"{"AttributeName": "Source", "KeyType": "HASH"}"#, #"{"AttributeName": "Source", "AttributeType": "N"}"#
      ),
    ])
  func wrongTable(keys: String, attributes: String) async throws {
    let table = try await other(keys, attributes)
    let entry = MirrorEntry(source: "a", destinations: ["d"])
    let read = await #expect(throws: MirrorError.self) { try await table.entry("a") }
    let written = await #expect(throws: MirrorError.self) { try await table.write([.add(entry)]) }
    for error in [read, written] {
      #expect(error?.description.contains("is not a mirror table") == true, "\(String(describing: error))")
    }
    let missing = DynamoTable(files.dynamo, "missing", Revisions(files.dynamo, "missing"))
    let calls: [() async throws -> Void] = [
      { _ = try await missing.page(after: nil) }, { _ = try await missing.entry("a") },
      { try await missing.write([.add(entry)]) }, { _ = try await missing.revision() },
      { _ = try await missing.record(["a": TableSeamTests.seen("d")]) },
    ]
    for call in calls {
      let error = await #expect(throws: MirrorError.self) { try await call() }
      #expect(
        error?.description.contains("there is no usable table missing in") == true, "\(String(describing: error))")
    }
  }
}
