/// Makes each value once, however many ask for it at the same time.
///
/// The making goes on when those who wait are cancelled: a waiter leaves at once, and the others get the value. Nothing
/// is remembered, errors least of all; who wants a cache keeps one beside this.
public final class SingleFlight<Key: Hashable & Sendable, Value: Sendable, Failure: Error>: Sendable {
  public typealias Outcome = Result<Value, Failure>

  private struct Shared {
    var waiters: [Key: [UInt64: CheckedContinuation<Outcome?, Never>]] = [:]
    var lastTicket: UInt64 = 0
  }

  private let shared = Lock(Shared())

  public init() {}

  /// The value that is being made for this key, or else what `make` makes.
  ///
  /// - Throws: `CancellationError` when the calling task is cancelled before the value is there.
  public func value(
    for key: Key, make: @escaping @Sendable () async -> Outcome
  ) async throws(CancellationError) -> Outcome {
    let ticket = shared.withLock { shared in
      shared.lastTicket += 1
      return shared.lastTicket
    }
    let outcome = await withTaskCancellationHandler {
      await withCheckedContinuation { (waiter: CheckedContinuation<Outcome?, Never>) in
        // A cancellation after this look finds the waiter under the lock; one before it is seen here.
        let (isCancelled, isFirst) = shared.withLock { shared in
          if Task.isCancelled { return (true, false) }
          let isFirst = shared.waiters[key] == nil
          shared.waiters[key, default: [:]][ticket] = waiter
          return (false, isFirst)
        }
        if isCancelled { waiter.resume(returning: nil) }
        if isFirst { launch(key, make) }
      }
    } onCancel: {
      // The entry stays, even when empty: it says that the value is being made.
      let waiter = shared.withLock { $0.waiters[key]?.removeValue(forKey: ticket) }
      waiter?.resume(returning: nil)
    }
    guard let outcome else { throw CancellationError() }
    return outcome
  }

  /// Waits while a value is being made for this key; not at all where none is.
  ///
  /// - Throws: `CancellationError` when the calling task is cancelled meanwhile.
  public func settled(_ key: Key) async throws(CancellationError) {
    let ticket = shared.withLock { shared in
      shared.lastTicket += 1
      return shared.lastTicket
    }
    _ = await withTaskCancellationHandler {
      await withCheckedContinuation { (waiter: CheckedContinuation<Outcome?, Never>) in
        let waits = shared.withLock { shared in
          if Task.isCancelled || shared.waiters[key] == nil { return false }
          shared.waiters[key]?[ticket] = waiter
          return true
        }
        if !waits { waiter.resume(returning: nil) }
      }
    } onCancel: {
      let waiter = shared.withLock { $0.waiters[key]?.removeValue(forKey: ticket) }
      waiter?.resume(returning: nil)
    }
    if Task.isCancelled { throw CancellationError() }
  }

  private func launch(_ key: Key, _ make: @escaping @Sendable () async -> Outcome) {
    Task.detached { [self] in
      let outcome = await make()
      let waiters = shared.withLock { $0.waiters.removeValue(forKey: key) } ?? [:]
      for waiter in waiters.values { waiter.resume(returning: outcome) }
    }
  }
}
