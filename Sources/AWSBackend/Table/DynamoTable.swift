public import AWSClient
public import MirrorCore
import Support

/// The mirror table in DynamoDB. Every write that was acknowledged is seen by whoever reads.
public struct DynamoTable: MirrorTable {
  /// Rows of a page. With five of them in memory, of rows with two destinations each, reading any number of rows takes
  /// 15 MB; with pages of 1000 rows it takes 40.
  static let pageSize = 250
  /// Parts of a large table that are read at once.
  static let segments = 4
  /// Keys are no longer.
  private static let longestKey = 2048

  let dynamo: DynamoDBClient
  let name: String
  let revisions: Revisions
  private let found: Lock<ContinuousClock.Instant>

  /// - Parameter name: the table's.
  public init(_ dynamo: DynamoDBClient, _ name: String, _ revisions: Revisions) {
    self.dynamo = dynamo
    self.name = name
    self.revisions = revisions
    found = Lock(revisions.now())
  }

  // MARK: - Reading

  public func page(after cursor: String?) async throws -> TablePage {
    try await scan(nil, after: cursor.map(MirrorItem.key)).rows
  }

  public func forEachPage(_ body: (TablePage) async throws -> Void) async throws {
    let first = try await scan(nil, after: nil)
    // Most tables fit into one page, which costs one request.
    guard first.next != nil else { return try await body(first.rows) }
    try await withThrowingTaskGroup(of: Scanned.self) { group in
      for number in 0..<Self.segments {
        group.addTask { try await scan(.init(number, of: Self.segments), after: nil) }
      }
      // One page of each segment waits at most, however long `body` takes.
      while let scanned = try await group.next() {
        if let next = scanned.next {
          group.addTask { try await scan(scanned.segment, after: next) }
        }
        try await body(scanned.rows)
      }
    }
  }

  private struct Scanned: Sendable {
    var rows: TablePage
    var segment: DynamoDBClient.Segment?
    var next: DynamoItem?
  }

  private func scan(_ segment: DynamoDBClient.Segment?, after start: DynamoItem?) async throws -> Scanned {
    let page = try await calling {
      try await dynamo.scan(name, segment: segment, limit: Self.pageSize, isConsistent: true, after: start)
    }
    var rows = TablePage(entries: [])
    rows.entries.reserveCapacity(page.items.count)
    for attributes in page.items {
      let item = MirrorItem(attributes)
      guard let key = item.key else { throw wrongKey }
      do throws(MirrorError) {
        let entry = try item.entry()
        guard ObservedParts(attributes) != nil else {
          rows.entries.append(entry)
          continue
        }
      } catch {
        rows.unreadable.append(UnreadableRow(source: key.cleaned, reason: error.description))
        continue
      }
      if let entry = try await self.entry(of: key, attributes) { rows.entries.append(entry) }
    }
    rows.next = page.next?[MirrorItem.source]?.string
    return Scanned(rows: rows, segment: segment, next: page.next)
  }

  public func entry(_ source: String) async throws -> MirrorEntry? {
    try await entry(source, seeing: nil)
  }

  public func entry(_ source: String, seeing destinations: Set<String>) async throws -> MirrorEntry? {
    try await entry(source, seeing: .some(destinations))
  }

  private func entry(_ source: String, seeing destinations: Set<String>?) async throws -> MirrorEntry? {
    // No row can have such a key, and DynamoDB refuses to look for it.
    guard !source.isEmpty, source.utf8.count <= Self.longestKey, let item = try await item(source) else { return nil }
    return try await entry(of: source, item, seeing: destinations)
  }

  public func revision() async throws -> Int64? {
    // Deleting a table raises no number: now and then it is asked for what no row is called.
    if revisions.now() - found.withLock(\.self) > Self.presence {
      _ = try await calling { try await dynamo.item(MirrorItem.key("-"), in: name) }
      found.withLock { $0 = revisions.now() }
    }
    return try await revisions.value(of: .table)
  }

  /// How long a table is taken to be there.
  private static let presence = Duration.seconds(30)

  // MARK: - Errors

  /// Puts into words what fails at this table.
  func calling<Value>(_ body: () async throws -> Value) async throws -> Value {
    do {
      return try await body()
    } catch let error as AWSError {
      throw error.meaning(for: .mirrors(name), in: dynamo.region)
    }
  }

  private var wrongKey: MirrorError { .wrongKey(of: .mirrors(name)) }
}

extension MirrorItem {
  /// The same, with the row's name in the error.
  func entry(of source: String) throws(MirrorError) -> MirrorEntry {
    do throws(MirrorError) {
      return try entry()
    } catch {
      throw MirrorError(error.kind, "the mirror of \(source.cleaned) cannot be read: \(error)")
    }
  }
}
