import AWSClient
public import MirrorCore
import Support

extension DynamoTable {
  /// How often a row that changes under our hands is looked at anew.
  private static let rounds = 5

  public func write(_ changes: [RowChange]) async throws {
    // Everything is looked at before anything is written, so that a conflict leaves nothing half done.
    let rows = try await rows(of: changes)
    let batches = try batches(of: changes, rows)
    var written = 0
    do {
      for batch in batches {
        let rows = try await writeTogether(batch, rows)
        written += batch.count
        for change in batch {
          guard let row = rows[change.source], change.new == nil || row.forgetsParts(change.forgotten) else { continue }
          try await deleteParts(of: row)
        }
      }
    } catch  where written > 0 {
      let done = Array(changes[..<written])
      // In a task of its own, for this one may be cancelled.
      let failure = await Task { await takeBack(done) }.value
      await revisions.raise(.table, by: written)
      let words =
        if let failure {
          """
          ; of \(changes.count) rows \(written) were written before, and could not be undone: \(failure); \
          doing the same again writes the rest
          """
        } else {
          "; the rows written before it were undone, so nothing is changed"
        }
      guard let error = error as? MirrorError else { throw error }
      throw MirrorError(error.kind, "\(error)\(words)")
    }
    if written > 0 { await revisions.raise(.table, by: written) }
  }

  /// The changes in their order, by transactions that DynamoDB takes.
  ///
  /// - Throws: `MirrorError` where one of them cannot be written: it conflicts, or its row would be too large.
  private func batches(
    of changes: [RowChange], _ rows: [String: MirrorItem]
  ) throws(MirrorError) -> [[RowChange]] {
    var batches: [[RowChange]] = []
    var (batch, bytes): ([RowChange], Int) = ([], 0)
    for change in changes {
      _ = try write(change, rows)
      let size = try size(of: change, rows)
      if batch.count == DynamoDBClient.transactionLimit || bytes + size > ItemSize.transactionLimit, !batch.isEmpty {
        batches.append(batch)
        (batch, bytes) = ([], 0)
      }
      batch.append(change)
      bytes += size
    }
    return batch.isEmpty ? batches : batches + [batch]
  }

  /// Of the row's item afterwards.
  private func size(of change: RowChange, _ rows: [String: MirrorItem]) throws(MirrorError) -> Int {
    guard let new = change.new else { return 0 }
    var item = MirrorItem.new(new)
    if let row = rows[change.source] {
      item = row.attributes
      for (name, value) in row.changes(from: try row.entry(of: change.source), to: new) { item[name] = value }
    }
    let size = ItemSize.bytes(item)
    guard size <= ItemSize.limit else {
      throw MirrorError(
        .invalid,
        """
        the row of \(new.source.cleaned.shortened(to: 120)) would have \(size >> 10) KB, and DynamoDB accepts \
        \(ItemSize.limit >> 10); nothing was written
        """)
    }
    return size
  }

  /// Undoes changes, the last ones first, unless somebody changed a row meanwhile.
  ///
  /// - Returns: why it could not be done, if so.
  private func takeBack(_ changes: [RowChange]) async -> (any Error)? {
    var rest = changes[...]
    do {
      while !rest.isEmpty {
        let batch = rest.suffix(DynamoDBClient.transactionLimit).map(\.inverse)
        _ = try await writeTogether(batch, try await rows(of: batch))
        rest = rest.dropLast(batch.count)
      }
      return nil
    } catch {
      return error
    }
  }

  /// All of up to 100 changes, or none.
  ///
  /// - Returns: the rows as they were.
  private func writeTogether(
    _ changes: [RowChange], _ known: [String: MirrorItem]
  ) async throws -> [String: MirrorItem] {
    var rows = known
    for round in 1... {
      let writes = try changes.compactMap { try write($0, rows) }
      guard !writes.isEmpty else { return rows }
      let outcome = try await calling { try await dynamo.transact(writes) }
      guard case .cancelled(let reasons) = outcome else { return rows }
      let failed = reasons.first { $0.code != "None" && $0.code != "ConditionalCheckFailed" }
      if failed != nil || round == Self.rounds {
        throw MirrorError(.backend, Self.sentence(name, failed))
      }
      // Somebody wrote in between. Unless it was what we are to change, that is no conflict: the next look tells.
      rows = try await self.rows(of: changes)
    }
    return rows
  }

  private static func sentence(_ table: String, _ reason: DynamoDBClient.CancellationReason?) -> String {
    guard let reason else { return "rows of the table \(table) change faster than they can be written; try again" }
    let message = reason.message.map { ": \($0.cleaned.shortened(to: 300))" } ?? ""
    return "DynamoDB did not write to the table \(table): \(reason.code.cleaned)\(message)"
  }

  /// The rows that there are of those that change, by their keys.
  private func rows(of changes: [RowChange]) async throws -> [String: MirrorItem] {
    let keys = Set(changes.map(\.source)).map(MirrorItem.key)
    let items = try await calling { try await dynamo.items(keys, in: name) }
    return Dictionary(items.map { ($0[MirrorItem.source]?.string ?? "", MirrorItem($0)) }, uniquingKeysWith: { $1 })
  }

  /// - Returns: nil where the row says already what it is to say.
  /// - Throws: `MirrorError.conflict` where it is not as the change expects.
  private func write(_ change: RowChange, _ rows: [String: MirrorItem]) throws(MirrorError) -> DynamoWrite? {
    let row = rows[change.source]
    guard let old = change.old else {
      guard let new = change.new else { return nil }
      if row != nil { throw .alreadyThere(new.source) }
      return .put(MirrorItem.new(new), into: name, if: "attribute_not_exists(\(name: MirrorItem.source))")
    }
    guard let row else { throw .removedMeanwhile(old.source) }
    let now = try row.entry(of: old.source)
    guard old.hasSameDefinition(as: now) else { throw .changedMeanwhile(old.source) }
    let key = MirrorItem.key(old.source)
    guard let new = change.new else { return .delete(key, from: name, if: row.isUnchanged()) }
    let changes = row.changes(from: now, to: new)
    let forgotten = change.forgotten
    guard let update = row.update(changes, forgetting: forgotten) else { return nil }
    return .update(key, in: name, update, if: row.isUnchanged(changes.keys))
  }
}

extension RowChange {
  /// What undoes it.
  fileprivate var inverse: RowChange {
    switch (old, new) {
    case (nil, let new?): .remove(new)
    case (let old?, nil): .add(old)
    case (let old?, let new?): .replace(new, with: old)
    case (nil, nil): self
    }
  }

  /// Destinations of which nothing is known any more: what was seen is not the editor's to change, only to forget.
  fileprivate var forgotten: Set<String> {
    guard let old, let new else { return [] }
    return Set(old.observed.keys).subtracting(new.observed.keys)
  }
}
