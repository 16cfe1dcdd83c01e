import AWSClient
public import MirrorCore
import Support

extension DynamoTable {
  /// Rows written at once.
  private static let width = 16

  @discardableResult
  public func record(_ changes: [String: ObservedChange]) async throws -> [String: MirrorError] {
    let outcomes: [(String, Outcome)]
    do {
      outcomes = try await concurrently(changes.filter { !$0.value.isEmpty }, width: Self.width) { source, change in
        (source, try await self.record(change, of: source))
      }
    } catch {
      // Some may be written.
      await revisions.raise(.table, by: changes.count)
      throw error
    }
    let written = outcomes.count { $0.1 == .written }
    if written > 0 { await revisions.raise(.table, by: written) }
    var failures: [String: MirrorError] = [:]
    for case (let source, .failed(let error)) in outcomes { failures[source] = error }
    return failures
  }

  private enum Outcome: Equatable {
    case written
    /// The row is gone, or there was nothing to change.
    case passedOver
    case failed(MirrorError)
  }

  private func record(_ change: ObservedChange, of source: String) async throws -> Outcome {
    do {
      return try await record(inOne: change, of: source) ? .written : .passedOver
    } catch let error as AWSError where error.code == "ValidationException" {
      // What we ask for is valid but for what the row holds; its size, before all. The others must not suffer for it.
      return .failed(MirrorError(.backend, "its state cannot be stored in its row: \(error)"))
    } catch let error as AWSError {
      throw error.meaning(for: .mirrors(name), in: dynamo.region)
    }
  }

  /// Writes all of it or none: to the row's item, or where that has not the room to the row's parts.
  ///
  /// - Returns: whether something was written.
  private func record(inOne change: ObservedChange, of source: String) async throws -> Bool {
    var hasRoom = change.set.count + change.remove.count <= MirrorItem.manyKeys
    var row: DynamoItem?
    for _ in 0..<Self.rounds {
      if hasRoom, row.flatMap(ObservedParts.init) == nil {
        do {
          guard case .refused(let existing) = try await record(inItem: change, of: source) else { return true }
          guard let existing else { return false }
          // A row that was never looked at, or in which somebody put something else; the second time round when somebody
          // else made the map in between.
          if existing[MirrorItem.observed]?.map == nil {
            if change.set.isEmpty { return false }
            if try await make(change.map, of: source) { return true }
          }
          row = existing
        } catch let error as AWSError where error.isAboutSize {
          hasRoom = false
        }
      } else {
        if row == nil { row = try await item(source) }
        guard let known = row else { return false }
        switch try await record(inParts: change, of: source, known) {
        case .written: return true
        case .passedOver: return false
        case .moved(let now): row = now
        }
      }
    }
    throw restless(source)
  }

  /// How often a row that changes under our hands is looked at anew.
  private static let rounds = 20

  private func record(inItem change: ObservedChange, of source: String) async throws -> DynamoWrite.Outcome {
    guard let update = change.update else { return .written }
    let isWhole: DynamoExpression = """
      attribute_type(\(name: MirrorItem.observed), \(value: .string("M"))) \
      AND attribute_not_exists(\(name: MirrorItem.observed).\(name: ObservedParts.marker))
      """
    return try await dynamo.write(.update(MirrorItem.key(source), in: name, update, if: isWhole))
  }

  private func make(_ map: AttributeValue, of source: String) async throws -> Bool {
    let isNoMap: DynamoExpression =
      "NOT attribute_type(\(name: MirrorItem.observed), \(value: .string("M")))"
    return try await dynamo.write(
      .update(
        MirrorItem.key(source), in: name, "SET \(name: MirrorItem.observed) = \(value: map)",
        if: "attribute_exists(\(name: MirrorItem.source)) AND \(isNoMap)")) == .written
  }
}

extension AWSError {
  /// Whether an item would become larger than 400 KB.
  fileprivate var isAboutSize: Bool { code == "ValidationException" && description.contains("size") }
}

extension ObservedChange {
  fileprivate var map: AttributeValue { .map(set.mapValues(ObservedAttribute.encode)) }

  fileprivate var update: DynamoExpression? {
    let sets = set.sorted { $0.key < $1.key }.map { destination, observed -> DynamoExpression in
      "\(name: MirrorItem.observed).\(name: destination) = \(value: ObservedAttribute.encode(observed))"
    }
    return .changes(sets, remove.sorted().map { "\(name: MirrorItem.observed).\(name: $0)" })
  }
}
