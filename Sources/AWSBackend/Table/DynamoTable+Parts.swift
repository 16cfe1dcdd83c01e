import AWSClient
import MirrorCore
import Support

// Rows of which so much was seen that it lies in parts.

extension DynamoTable {
  /// How often a row that moves on under our hands is looked at anew.
  private static let rounds = 20
  /// Parts read or written at once.
  private static let width = 16
  /// More parts than this are read all at once.
  private static let fewParts = 8

  // MARK: - Reading

  /// A row with what was seen of it: of all its destinations, or of some.
  ///
  /// - Returns: nil where it was removed meanwhile.
  /// - Throws: `MirrorError` where the row cannot be read.
  func entry(
    of source: String, _ attributes: DynamoItem, seeing destinations: Set<String>? = nil
  ) async throws -> MirrorEntry? {
    guard ObservedParts(attributes) != nil else { return try MirrorItem(attributes).entry(of: source) }
    let wanted = destinations.map { Set($0.map(ObservedParts.number)) }
    guard let (row, parts) = try await parts(of: source, attributes, wanted) else { return nil }
    var entry = try MirrorItem(row).entry(of: source)
    for part in parts.values {
      entry.observed.merge(part.compactMapValues(ObservedAttribute.decode)) { $0.checked >= $1.checked ? $0 : $1 }
    }
    return entry
  }

  /// The parts that a row names, and the row that names them: it moves on while they are read.
  ///
  /// - Parameter wanted: their numbers; nil for all.
  /// - Returns: nil where the row was removed meanwhile. A part that was lost, as with another history table, is missing:
  ///   of its destinations nothing is known.
  private func parts(
    of source: String, _ attributes: DynamoItem, _ wanted: Set<Int>?
  ) async throws -> (row: DynamoItem, parts: [Int: [String: AttributeValue]])? {
    var row = attributes
    var held: [Int: (version: Int64, part: [String: AttributeValue])] = [:]
    for _ in 0..<Self.rounds {
      guard let named = ObservedParts(row) else { return (row, [:]) }
      let numbers = named.numbers.filter { wanted?.contains($0) ?? true }
      let missing = numbers.filter { held[$0]?.version != named.versions[$0] }
      for found in try await read(missing, of: source) where named.versions[found.number] == found.version {
        held[found.number] = (found.version, found.part)
      }
      if !numbers.allSatisfy({ held[$0]?.version == named.versions[$0] }) {
        guard let now = try await item(source) else { return nil }
        guard ObservedParts(now) == named else {
          row = now
          continue
        }
      }
      var parts: [Int: [String: AttributeValue]] = [:]
      for number in numbers {
        if let found = held[number], found.version == named.versions[number] { parts[number] = found.part }
      }
      return (row, parts)
    }
    throw restless(source)
  }

  private func read(
    _ numbers: [Int], of source: String
  ) async throws -> [(number: Int, version: Int64, part: [String: AttributeValue])] {
    let partition: DynamoExpression =
      "\(name: HistoryKey.mirror) = \(value: .string(ObservedParts.partition(source)))"
    let conditions: [DynamoExpression] =
      numbers.count > Self.fewParts
      ? [partition]
      : numbers.map { number in
        let prefix = ObservedParts.prefix(number)
        return "\(partition) AND begins_with(\(name: HistoryKey.at), \(value: .string(prefix)))"
      }
    let pages = try await concurrently(conditions, width: Self.width) { condition in
      var items: [DynamoItem] = []
      var start: DynamoItem?
      repeat {
        let page = try await inHistory {
          try await dynamo.query(revisions.table, where: condition, isConsistent: true, after: start)
        }
        items += page.items
        start = page.next
      } while start != nil
      return items
    }
    return pages.flatMap { $0 }.compactMap(ObservedParts.read)
  }

  func item(_ source: String) async throws -> DynamoItem? {
    try await calling { try await dynamo.item(MirrorItem.key(source), in: name, isConsistent: true) }
  }

  // MARK: - Writing

  enum PartsOutcome {
    case written
    /// The row is gone, or there was nothing to change.
    case passedOver
    /// The row moved on meanwhile.
    case moved(DynamoItem)
  }

  /// Writes what was seen of a row to its parts, which it gets where it has none.
  ///
  /// - Parameter row: as it was read.
  func record(inParts change: ObservedChange, of source: String, _ row: DynamoItem) async throws -> PartsOutcome {
    let inline = ObservedParts.inline(row)
    let names = Set(change.set.keys).union(change.remove).union(inline.keys)
    let numbers = Dictionary(grouping: names, by: ObservedParts.number)
    guard let (row, parts) = try await parts(of: source, row, Set(numbers.keys)) else { return .passedOver }
    // Another look, or an older version, wrote in between.
    guard ObservedParts.inline(row) == inline else { return .moved(row) }
    var new: [Int: [String: AttributeValue]] = [:]
    for (number, names) in numbers {
      let old = parts[number] ?? [:]
      var part = ObservedParts.merge(old, inline.filter { ObservedParts.number(of: $0.key) == number })
      for name in names {
        if let observed = change.set[name] {
          part[name] = ObservedAttribute.encode(observed)
        } else if change.remove.contains(name) {
          part[name] = nil
        }
      }
      if part != old { new[number] = part }
    }
    if new.isEmpty && inline.isEmpty { return .passedOver }
    return try await move(source, row, to: new)
  }

  private func move(
    _ source: String, _ row: DynamoItem, to new: [Int: [String: AttributeValue]]
  ) async throws -> PartsOutcome {
    let former = (ObservedParts(row) ?? ObservedParts()).versions
    let written = try await concurrently(new, width: Self.width) { number, part in
      (number, try await put(part, number, after: former[number], of: source, row))
    }
    let moved = Dictionary(uniqueKeysWithValues: written)
    let (update, condition) = ObservedParts.move(row, to: moved)
    guard case .refused(let existing) = try await move(source, update, if: condition, moved) else {
      // What a writer that died left in between goes with them.
      let old = moved.flatMap { number, version in (max(former[number], 1)..<version).map { (number, $0) } }
      try await delete(old, of: source)
      return .written
    }
    // An answer that was lost is asked for again, and refused.
    if let existing, let named = ObservedParts(existing), moved.allSatisfy({ named.versions[$0] == $1 }) {
      return .written
    }
    try await delete(moved.map { ($0, $1) }, of: source)
    return existing.map(PartsOutcome.moved) ?? .passedOver
  }

  private func move(
    _ source: String, _ update: DynamoExpression, if condition: DynamoExpression, _ moved: [Int: Int64]
  ) async throws -> DynamoWrite.Outcome {
    do {
      return try await dynamo.write(.update(MirrorItem.key(source), in: name, update, if: condition))
    } catch {
      // The row's item may be too full for the numbers of its parts. Whatever else it was, it may have been done.
      if error.code == "ValidationException" { try await delete(moved.map { ($0, $1) }, of: source) }
      throw error
    }
  }

  /// - Returns: its version: the next one that nobody else wrote.
  private func put(
    _ part: [String: AttributeValue], _ number: Int, after version: Int64, of source: String, _ row: DynamoItem
  ) async throws -> Int64 {
    for next in version + 1...version + Int64(Self.rounds) {
      let item = ObservedParts.item(source, number, next, part, ofRow: row)
      let isNew: DynamoExpression = "attribute_not_exists(\(name: HistoryKey.at))"
      if try await dynamo.write(.put(item, into: revisions.table, if: isNew)) == .written { return next }
    }
    throw restless(source)
  }

  /// Takes away parts that no row names. One that stays costs its few KB of storage, and does no harm.
  func delete(_ parts: [(number: Int, version: Int64)], of source: String) async throws {
    _ = try await concurrently(parts, width: Self.width) { number, version in
      _ = try? await dynamo.write(.delete(ObservedParts.key(source, number, version), from: revisions.table))
    }
  }

  /// All parts that an item names: for a row that goes, or of which all is forgotten.
  func deleteParts(of item: MirrorItem) async throws {
    guard let source = item.key, let named = ObservedParts(item.attributes) else { return }
    try await delete(named.numbers.map { ($0, named.versions[$0]) }, of: source)
  }

  // MARK: - Errors

  private func inHistory<Value>(_ body: () async throws -> Value) async throws -> Value {
    do {
      return try await body()
    } catch let error as AWSError {
      throw error.meaning(for: .history(revisions.table), in: dynamo.region)
    }
  }

  func restless(_ source: String) -> MirrorError {
    MirrorError(
      .backend, "the state of \(source.cleaned) changes faster than it can be updated; try again")
  }
}
