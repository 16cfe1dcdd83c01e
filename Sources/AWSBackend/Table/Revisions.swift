public import AWSClient
import MirrorCore
import Support

/// Numbers that every writer raises after it changed the mirror table or the history, in one item of the history table:
/// whoever shows them asks for one item to know whether there is anything new.
///
/// What others change, as in the console, raises nothing; readers look at everything now and then anyway.
public final class Revisions: Sendable {
  enum Part: String, Sendable {
    case table = "Table"
    case history = "History"
  }

  /// How long what was read counts: both numbers of one look come from one request.
  private static let shelfLife = Duration.seconds(1.5)
  private static let key = HistoryKey.only("#revision")

  private let dynamo: DynamoDBClient
  /// The history table's name.
  let table: String
  private let last = Lock<(counters: DynamoItem, read: ContinuousClock.Instant)?>(nil)
  /// What age is measured by.
  let now: @Sendable () -> ContinuousClock.Instant

  /// - Parameter table: the history table's name.
  public init(
    _ dynamo: DynamoDBClient, _ table: String, now: @escaping @Sendable () -> ContinuousClock.Instant = { .now }
  ) {
    self.dynamo = dynamo
    self.table = table
    self.now = now
  }

  /// Says that there is something new. That it cannot be said is no reason to call what was done a failure.
  ///
  /// - Parameter rows: how many there are.
  func raise(_ part: Part, by rows: Int = 1) async {
    let number = AttributeValue.number(Int64(max(rows, 1)))
    _ = try? await dynamo.write(.update(Self.key, in: table, "ADD \(name: part.rawValue) \(value: number)"))
    last.withLock { $0 = nil }
  }

  func value(of part: Part) async throws -> Int64 {
    if let last = last.withLock({ $0 }), now() - last.read < Self.shelfLife { return last.counters.count(part) }
    do {
      // Half the price. What a look misses that comes right after a write, the next one sees.
      let counters = try await dynamo.item(Self.key, in: table) ?? [:]
      last.withLock { $0 = (counters, now()) }
      return counters.count(part)
    } catch {
      throw error.meaning(for: .history(table), in: dynamo.region)
    }
  }
}

extension DynamoItem {
  fileprivate func count(_ part: Revisions.Part) -> Int64 { self[part.rawValue]?.integer ?? 0 }
}
