import MirrorCore

/// Everybody's history as it was read, newest first: only what came since is read again.
struct StoredHistory: Sendable {
  private var items: [HistoryItem] = []
  private var read: ContinuousClock.Instant?

  /// Items kept.
  static let most = 500
  /// Those that are read to see what came.
  private static let newest = 20
  /// How long it is taken for what was read.
  private static let shelfLife = Duration.seconds(900)

  /// Has all of it read the next time.
  mutating func forget() { read = nil }

  mutating func refresh(_ history: any History) async throws -> [HistoryItem] {
    let isOld = read.map { .now - $0 >= Self.shelfLife } ?? true
    if !isOld, let known = merged(try await history.items(of: nil, limit: Self.newest)) {
      items = known
    } else {
      items = try await history.items(of: nil, limit: Self.most)
      read = .now
    }
    return items
  }

  /// What was known with what came since; nil where something between them may be missing.
  private func merged(_ new: [HistoryItem]) -> [HistoryItem]? {
    guard let last = new.last, let index = items.firstIndex(of: last) else { return nil }
    // Another attempt of a job takes the place of what was written of the one before.
    let ids = Set(new.map(HistoryRow.id))
    return Array((new + items[(index + 1)...].filter { !ids.contains(HistoryRow.id(of: $0)) }).prefix(Self.most))
  }
}
