import AWSClient

/// The reservations in the history table.
struct ReservationTable: Sendable {
  let dynamo: DynamoDBClient
  let table: String

  /// The reservations of up to 100 sources, in one call.
  func read(_ sources: [String]) async throws(AWSError) -> [String: Reservation] {
    var found: [String: Reservation] = [:]
    for item in try await dynamo.items(sources.map(Reservation.key), in: table) {
      if let source = Reservation.source(of: item) { found[source] = Reservation(item) }
    }
    return found
  }

  struct Change: Sendable {
    let source: String
    let old: Reservation?
    /// nil to take it away.
    let new: Reservation?
  }

  /// Writes up to 100 reservations in one call, all or none.
  ///
  /// - Returns: false when one of them is not as it was read.
  func write(_ changes: [Change]) async throws(AWSError) -> Bool {
    guard !changes.isEmpty else { return true }
    let writes = changes.compactMap { change in
      change.new?.write(change.source, over: change.old, in: table) ?? change.old?.delete(change.source, in: table)
    }
    return try await dynamo.transact(writes) == .written
  }
}
