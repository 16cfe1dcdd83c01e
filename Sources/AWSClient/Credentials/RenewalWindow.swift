import FoundationEssentials

/// When credentials are to be renewed: from 15 minutes before their end they may be, from 10 minutes they must be.
/// Those that do not live for long are used for at least half, and at most three quarters, of their time.
struct RenewalWindow: Sendable, Equatable {
  private let early: Date
  private let due: Date

  enum State: Equatable {
    case fresh, early, due
  }

  /// - Parameters:
  ///   - now: when they came.
  ///   - end: nil where they do not end.
  init(from now: Date, to end: Date?) {
    let end = end ?? .distantFuture
    let life = max(end.timeIntervalSince(now), 0)
    early = end - min(15 * 60, life / 2)
    due = end - min(10 * 60, life / 4)
  }

  func state(at now: Date) -> State {
    now < early ? .fresh : now < due ? .early : .due
  }
}
