import AWSClient
import Foundation
import HTTP
import LocalBackend
import MemoryBackend
import MirrorCore
import Support
import TestSupport
import Testing

@testable import AWSBackend

/// A mirror table and a history of their own, on a backend: what holds for one must hold for the others, whoever
/// plays AWS.
struct Stores {
  enum Kind: String, CaseIterable, CustomTestStringConvertible {
    case memory
    case local
    case dynamo = "DynamoDB"
    case moto = "DynamoDB of moto"
    var testDescription: String { rawValue }

    /// Those that take thousands of rows in a moment: moto copies a table for each transaction.
    static let large: [Kind] = [.memory, .local, .dynamo]
  }

  let table: any MirrorTable
  let history: any History
  /// The same tables, as another process has them open.
  let other: () throws -> (table: any MirrorTable, history: any History)
  private let folder: TemporaryFolder?

  /// - Parameter now: what leases are held against.
  static func open(_ kind: Kind, now: @escaping @Sendable () -> Date = { .now }) async throws -> Stores {
    switch kind {
    case .memory: memory(now)
    case .local: try local(now)
    case .dynamo: try await dynamo(DynamoFixture(), now)
    case .moto: try await dynamo(DynamoFixture(Emulator.shared(.moto)), now)
    }
  }

  private static func memory(_ now: @escaping @Sendable () -> Date) -> Stores {
    let installation = MemoryInstallation(now: now)
    let open: () -> (table: any MirrorTable, history: any History) = {
      let backend = installation.backend
      return (backend.table, backend.history)
    }
    return Stores(table: open().table, history: open().history, other: open, folder: nil)
  }

  private static func local(_ now: @escaping @Sendable () -> Date) throws -> Stores {
    let folder = try TemporaryFolder()
    let open: () throws -> (table: any MirrorTable, history: any History) = {
      let store = try LocalStore(folder: folder.path)
      return (LocalTable(store), LocalHistory(store, now: now))
    }
    let first = try open()
    return Stores(table: first.table, history: first.history, other: open, folder: folder)
  }

  private static func dynamo(_ fixture: DynamoFixture, _ now: @escaping @Sendable () -> Date) async throws -> Stores {
    try await fixture.makeTables()
    let first = fixture.open(now: now)
    return Stores(table: first.table, history: first.history, other: { fixture.open(now: now) }, folder: nil)
  }
}

/// Two tables of their own on the emulator.
struct DynamoFixture {
  let connection: AWSConnection
  let dynamo: DynamoDBClient
  let mirrors = "mirrors-\(UUID().uuidString)"
  let past = "history-\(UUID().uuidString)"

  init(_ emulator: Emulator? = nil) throws {
    connection = try (emulator ?? Emulator.shared.get()).connection
    dynamo = DynamoDBClient(connection)
  }

  func open(now: @escaping @Sendable () -> Date = { .now }) -> (table: DynamoTable, history: DynamoHistory) {
    let dynamo = DynamoDBClient(connection)
    let revisions = Revisions(dynamo, past)
    return (DynamoTable(dynamo, mirrors, revisions), DynamoHistory(dynamo, past, revisions, now: now))
  }

  func makeTables() async throws {
    try await create(
      """
      {"TableName": "\(mirrors)", "BillingMode": "PAY_PER_REQUEST",
       "AttributeDefinitions": [{"AttributeName": "Source", "AttributeType": "S"}],
       "KeySchema": [{"AttributeName": "Source", "KeyType": "HASH"}]}
      """)
    try await create(
      """
      {"TableName": "\(past)", "BillingMode": "PAY_PER_REQUEST",
       "AttributeDefinitions": [{"AttributeName": "Mirror", "AttributeType": "S"},
         {"AttributeName": "At", "AttributeType": "S"}, {"AttributeName": "Month", "AttributeType": "S"}],
       "KeySchema": [{"AttributeName": "Mirror", "KeyType": "HASH"}, {"AttributeName": "At", "KeyType": "RANGE"}],
       "GlobalSecondaryIndexes": [{"IndexName": "ByMonth", "Projection": {"ProjectionType": "ALL"},
         "KeySchema": [{"AttributeName": "Month", "KeyType": "HASH"}, {"AttributeName": "At", "KeyType": "RANGE"}]}]}
      """)
  }

  func create(_ table: String) async throws {
    _ = try await ServiceClient(.dynamoDB, connection).send(.init("CreateTable"), body: Array(table.utf8))
  }

  /// Puts an item as somebody in the console would.
  func put(_ item: DynamoItem) async throws {
    _ = try await dynamo.write(.put(item, into: mirrors))
  }

  func item(_ source: String) async throws -> DynamoItem? {
    try await dynamo.item(MirrorItem.key(source), in: mirrors, isConsistent: true)
  }
}
