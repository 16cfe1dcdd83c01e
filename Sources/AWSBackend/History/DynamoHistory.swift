public import AWSClient
public import FoundationEssentials
public import MirrorCore
import Support

/// History and the run lease in DynamoDB.
public struct DynamoHistory: History {
  /// Among so many of a mirror's newest items is that of a job's former attempt.
  private static let formerAttempts = 120

  let dynamo: DynamoDBClient
  let name: String
  let revisions: Revisions
  /// What leases are held against.
  let now: @Sendable () -> Date

  /// - Parameter name: the table's.
  public init(
    _ dynamo: DynamoDBClient, _ name: String, _ revisions: Revisions, now: @escaping @Sendable () -> Date = { .now }
  ) {
    self.dynamo = dynamo
    self.name = name
    self.revisions = revisions
    self.now = now
  }

  public func append(_ item: HistoryItem) async throws {
    let attributes = try item.attributes(now: dynamo.now)
    try await calling {
      _ = try await dynamo.write(.put(attributes, into: name))
      if case .job(let record) = item, record.attempts > 1 { try await removeFormer(of: record, but: attributes) }
    }
    await revisions.raise(.history)
  }

  /// Each attempt of a job writes the item anew: one item for each job and source.
  private func removeFormer(of record: JobRecord, but new: DynamoItem) async throws {
    let newest = try await dynamo.query(
      name, where: "\(name: HistoryKey.mirror) = \(value: .string(record.mirror))", isForward: false,
      limit: Self.formerAttempts, isConsistent: true)
    for item in newest.items where item["Job"] == .string(record.job) && item[HistoryKey.at] != new[HistoryKey.at] {
      // A job with several images may have more of the same row.
      guard let at = item[HistoryKey.at]?.string, case .job(let former) = HistoryItem(item),
        former.source == record.source
      else { continue }
      _ = try await dynamo.write(.delete(HistoryKey.key(record.mirror, at), from: name))
    }
  }

  // MARK: - Reading

  public func items(of mirror: String?, limit: Int) async throws -> [HistoryItem] {
    let oldest = Date.now - HistoryItem.kept.seconds
    // TTL takes its time, days perhaps: what is too old is not asked for.
    let since: DynamoExpression = "\(name: HistoryKey.at) >= \(value: .string(oldest.rfc3339Milliseconds))"
    if let mirror {
      return try await items("\(name: HistoryKey.mirror) = \(value: .string(mirror)) AND \(since)", limit: limit)
    }
    var items: [HistoryItem] = []
    // Whoever wrote may have a clock that is ahead.
    for month in HistoryKey.months(from: .now + 86400, backTo: oldest) where items.count < limit {
      items += try await self.items(
        "\(name: HistoryKey.month) = \(value: .string(month)) AND \(since)", index: HistoryKey.index,
        limit: limit - items.count)
    }
    return items
  }

  private func items(
    _ condition: DynamoExpression, index: String? = nil, limit: Int
  ) async throws -> [HistoryItem] {
    var items: [HistoryItem] = []
    var start: DynamoItem?
    while items.count < limit {
      let page = try await calling {
        try await dynamo.query(
          name, index: index, where: condition, isForward: false, limit: limit - items.count,
          isConsistent: index == nil, after: start)
      }
      items += page.items.compactMap(HistoryItem.init)
      start = page.next
      if start == nil { break }
    }
    return items
  }

  public func lastSweep() async throws -> Date? {
    // One of a time that is yet to come tells nothing: the clock of who wrote it was wrong.
    let latest = (Date.now + 86400).rfc3339Milliseconds
    let newest = try await items(
      """
      \(name: HistoryKey.mirror) = \(value: .string(HistoryKey.runs)) \
      AND \(name: HistoryKey.at) <= \(value: .string(latest))
      """, limit: 1)
    guard case .run(let record) = newest.first else { return nil }
    return record.started
  }

  public func revision() async throws -> Int64? {
    try await revisions.value(of: .history)
  }

  /// Puts into words what fails at this table.
  func calling<Value>(_ body: () async throws -> Value) async throws -> Value {
    do {
      return try await body()
    } catch let error as AWSError {
      throw error.meaning(for: .history(name), in: dynamo.region)
    }
  }
}
