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
    var outcome = Outcome.passedOver
    do {
      for part in change.parts(of: MirrorItem.manyKeys) where try await record(part: part, of: source) {
        outcome = .written
      }
    } catch let error as AWSError where error.code == "ValidationException" {
      // What we ask for is valid but for what the row holds; its size, before all. The others must not suffer for it.
      return .failed(MirrorError(.backend, "what was seen of it cannot be kept in its row: \(error)"))
    } catch let error as AWSError {
      throw error.meaning(for: .mirrors(name), in: dynamo.region)
    }
    return outcome
  }

  /// - Returns: whether something was written.
  private func record(part change: ObservedChange, of source: String) async throws -> Bool {
    guard let update = change.update else { return false }
    let key = MirrorItem.key(source)
    let isMap: DynamoExpression = "attribute_type(\(name: MirrorItem.observed), \(value: .string("M")))"
    // The second time round when somebody else made the map in between.
    for _ in 0..<2 {
      let outcome = try await dynamo.write(.update(key, in: name, update, if: isMap))
      guard case .refused(let existing) = outcome else { return true }
      guard existing != nil else { return false }
      // A row that was never looked at, or in which somebody put something else.
      if change.set.isEmpty { return false }
      let first: DynamoExpression = "SET \(name: MirrorItem.observed) = \(value: change.map)"
      let made = try await dynamo.write(
        .update(key, in: name, first, if: "attribute_exists(\(name: MirrorItem.source)) AND NOT \(isMap)"))
      if made == .written { return true }
    }
    return false
  }
}

extension ObservedChange {
  fileprivate var map: AttributeValue { .map(set.mapValues(ObservedAttribute.encode)) }

  fileprivate var update: DynamoExpression? {
    let sets = set.sorted { $0.key < $1.key }.map { destination, observed -> DynamoExpression in
      "\(name: MirrorItem.observed).\(name: destination) = \(value: ObservedAttribute.encode(observed))"
    }
    return .changes(sets, remove.sorted().map { "\(name: MirrorItem.observed).\(name: $0)" })
  }

  /// The same in parts of up to `count` destinations: an expression may have 4 KB.
  fileprivate func parts(of count: Int) -> [ObservedChange] {
    if set.count + remove.count <= count { return [self] }
    var parts: [ObservedChange] = []
    var part = ObservedChange()
    func close() {
      parts.append(part)
      part = ObservedChange()
    }
    for (destination, observed) in set {
      part.set[destination] = observed
      if part.set.count == count { close() }
    }
    for destination in remove {
      part.remove.insert(destination)
      if part.set.count + part.remove.count >= count { close() }
    }
    if !part.isEmpty { close() }
    return parts
  }
}
