import AWSClient
import Foundation
import MirrorCore
import OCIRegistry
import Support
import TestSupport
import Testing

@testable import AWSBackend

/// What was seen of rows with many destinations, on the emulator's DynamoDB.
struct ObservedPartsTests {
  private static let source = "r.example/a"
  private let files: DynamoFixture
  private let table: DynamoTable

  init() async throws {
    files = try DynamoFixture()
    try await files.makeTables()
    table = files.open().table
    try await table.write([.add(MirrorEntry(source: Self.source, destinations: ["d.example/a"], tags: TagRule()))])
  }

  private static func names(_ count: Int) -> [String] { (0..<count).map { "d.example/a:v\($0)" } }

  private static func look(_ names: [String], _ state: DestinationState = .inSync, at seconds: Int = 1)
    -> ObservedChange
  {
    let time = Date(timeIntervalSince1970: Double(seconds))
    let digest = try? Digest("sha256:" + String(repeating: "a", count: 64))
    let seen = Observed(state: state, sourceDigest: digest, digest: digest, since: time, checked: time)
    return ObservedChange(set: Dictionary(uniqueKeysWithValues: names.map { ($0, seen) }))
  }

  private func seen() async throws -> [String: Observed] {
    try #require(try await table.entry(Self.source)).observed
  }

  private func row() async throws -> DynamoItem { try #require(try await files.item(Self.source)) }

  private static func encoded(_ state: DestinationState, at seconds: Int) -> AttributeValue {
    let time = Date(timeIntervalSince1970: Double(seconds))
    return ObservedAttribute.encode(Observed(state: state, since: time, checked: time))
  }

  private func parts() async throws -> [DynamoItem] {
    try await files.dynamo.query(
      files.past,
      where: "\(name: "Mirror") = \(value: .string(ObservedParts.partition(Self.source)))", isConsistent: true
    ).items
  }

  /// As an older version has it: all in the row's item.
  private func putWhole(_ change: ObservedChange) async throws {
    try await files.put([
      "Source": .string(Self.source), "Destination": .string("d.example/a"), "Tags": .map([:]),
      "Observed": .map(change.set.mapValues(ObservedAttribute.encode)),
    ])
  }

  @Test("While looks are written, readers see one of them whole, and what jobs wrote of other destinations stays")
  func wholeLooks() async throws {
    let names = Self.names(300)
    try await table.record([Self.source: Self.look(names)])
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask {
        for round in 2..<4 {
          let state: DestinationState = round.isMultiple(of: 2) ? .drifted : .inSync
          try await self.table.record([Self.source: Self.look(names, state, at: round)])
        }
      }
      group.addTask {
        for number in 0..<8 {
          try await self.files.open().table.record([Self.source: Self.look(["job.example/a:\(number)"], at: 9)])
        }
      }
      for _ in 0..<2 {
        group.addTask {
          for _ in 0..<5 {
            let seen = try await self.seen().filter { $0.key.hasPrefix("d.") }
            #expect(seen.count == 300)
            #expect(Set(seen.values.map(\.checked)).count == 1, "half of a look")
          }
        }
      }
      try await group.waitForAll()
    }
    #expect(try await seen().count == 308)
    // Nothing is left of what went before.
    let row = try await row()
    let named = try #require(ObservedParts(row))
    let left = try await parts().compactMap(ObservedParts.read)
    #expect(left.count == named.numbers.count && left.allSatisfy { named.versions[$0.number] == $0.version })
  }

  @Test("What an older version kept in one item is read, and divided by the next look that is large")
  func olderVersion() async throws {
    try await putWhole(Self.look(Self.names(300)))
    #expect(try await seen().count == 300)
    try await table.record([Self.source: Self.look(["d.example/a:v0"], .drifted, at: 2)])
    #expect(try await seen()["d.example/a:v0"]?.state == .drifted)
    #expect(try await parts().isEmpty, "a job writes to the item as long as it has room")
    try await table.record([Self.source: Self.look(Self.names(400), .missing, at: 3)])
    #expect(try await seen().count == 400)
    #expect(try await seen().values.allSatisfy { $0.state == .missing })
    // A job of the older version still writes to the item; whatever was seen later counts.
    for (name, seconds) in [("d.example/a:v1", 4), ("d.example/a:v2", 2)] {
      let value = Self.encoded(.failed, at: seconds)
      _ = try await files.dynamo.write(
        .update(
          MirrorItem.key(Self.source), in: files.mirrors, "SET \(name: "Observed").\(name: name) = \(value: value)"))
    }
    for _ in 0..<2 {
      #expect(try await seen()["d.example/a:v1"]?.state == .failed)
      #expect(try await seen()["d.example/a:v2"]?.state == .missing)
      try await table.record([Self.source: Self.look(["d.example/a:v3"], at: 5)])
    }
    #expect(ObservedParts.inline(try await row()).isEmpty)
  }

  @Test("An item that has no room for one more is divided, and nothing of it is lost")
  func fullItem() async throws {
    var change = Self.look(Self.names(1200))
    for name in change.set.keys { change.set[name]?.error = String(repeating: "x", count: 75) }
    try await putWhole(change)
    try await table.record([Self.source: Self.look((0..<60).map { "e.example/a:\($0)" })])
    #expect(try await seen().count == 1260)
    #expect(try await !parts().isEmpty)
  }

  @Test("What a writer left that died half-way changes nothing, and goes with the next write")
  func deadWriter() async throws {
    try await table.record([Self.source: Self.look(Self.names(150))])
    let before = try await seen()
    let row = try await row()
    let named = try #require(ObservedParts(row))
    let name = "d.example/a:v7"
    let number = ObservedParts.number(of: name)
    let dead = [name: Self.encoded(.failed, at: 2)]
    let item = ObservedParts.item(Self.source, number, named.versions[number] + 1, dead, ofRow: row)
    _ = try await files.dynamo.write(.put(item, into: files.past))
    #expect(try await seen() == before)
    try await table.record([Self.source: Self.look([name], .drifted, at: 3)])
    #expect(try await seen()[name]?.state == .drifted)
    #expect(try await parts().compactMap(ObservedParts.read).count { $0.number == number } == 1)
  }

  @Test("With another history table nothing is known, until the next look")
  func lostParts() async throws {
    try await table.record([Self.source: Self.look(Self.names(150))])
    for item in try await parts() {
      _ = try await files.dynamo.write(.delete(item.filter { ["Mirror", "At"].contains($0.key) }, from: files.past))
    }
    #expect(try await seen().isEmpty)
    #expect(try await table.page(after: nil).entries.map(\.observed) == [[:]])
    try await table.record([Self.source: Self.look(["d.example/a:v1"])])
    #expect(try await seen().keys.sorted() == ["d.example/a:v1"])
    try await table.record([Self.source: Self.look(Self.names(150))])
    #expect(try await seen().count == 150)
  }

  @Test("Parts go with their row, and with what is forgotten of it; what is for others to do is not read")
  func gone() async throws {
    try await table.record([Self.source: Self.look(Self.names(150))])
    let read = try #require(try await table.entry(Self.source))
    var new = read
    (new.enabled, new.observed) = (false, [:])
    try await table.write([.replace(read, with: new)])
    #expect(try await seen().isEmpty)
    #expect(try await parts().isEmpty)
    try await table.record([Self.source: Self.look(Self.names(150))])
    let one = try #require(try await table.entry(Self.source, seeing: ["d.example/a:v5"]))
    #expect(one.observed["d.example/a:v5"] != nil && one.observed.count < 20)
    #expect(one.hasSameDefinition(as: new))
    try await table.write([.remove(new)])
    #expect(try await parts().isEmpty)
    #expect(try await table.record([Self.source: Self.look(Self.names(150))]) == [:])
    #expect(try await parts().isEmpty)
  }

  @Test("Parts end some time after a row with an end date")
  func expiring() async throws {
    let old = try #require(try await table.entry(Self.source))
    var new = old
    new.expires = Date(timeIntervalSince1970: 2_000_000_000)
    try await table.write([.replace(old, with: new)])
    try await table.record([Self.source: Self.look(Self.names(150))])
    #expect(try await parts().allSatisfy { $0["Expires"] == .number(2_000_000_000 + 30 * 86400) })
  }
}
