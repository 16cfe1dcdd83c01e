/// Where one transfer stands between the task that waits for it and the engine's thread.
///
/// Three parties call in any order: the waiter (`submit`), its cancellation (`cancel`, possibly before `submit`, and
/// on any thread) and the engine (`start`, `finish`). Exactly one call tells its caller to answer the waiter.
struct TransferState: Equatable {
  private enum Phase {
    case new, waiting, running, over
  }

  private var phase = Phase.new

  enum Cancellation: Equatable {
    /// Nobody waits yet, or nobody waits any more.
    case nothing
    /// Answer the waiter; the engine has yet to take the transfer and will drop it.
    case answer
    /// Answer the waiter, and have the engine stop the transfer.
    case answerAndStop
  }

  /// The waiter is there. False when the transfer was cancelled before: the waiter answers itself.
  mutating func submit() -> Bool {
    guard phase == .new else { return false }
    phase = .waiting
    return true
  }

  /// The engine takes the transfer on. False when it was cancelled: the engine drops it.
  mutating func start() -> Bool {
    guard phase == .waiting else { return false }
    phase = .running
    return true
  }

  mutating func cancel() -> Cancellation {
    defer { phase = .over }
    return switch phase {
    case .new, .over: .nothing
    case .waiting: .answer
    case .running: .answerAndStop
    }
  }

  /// The engine has an outcome, or refuses the transfer. False when the waiter has had its answer already.
  mutating func finish() -> Bool {
    guard phase == .waiting || phase == .running else { return false }
    phase = .over
    return true
  }
}
