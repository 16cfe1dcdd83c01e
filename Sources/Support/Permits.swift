/// A given number of permits, handed out in the order they were asked for.
public final class Permits: Sendable {
  private let queue: Lock<PermitQueue<CheckedContinuation<Bool, Never>>>

  public init(_ count: Int) {
    queue = Lock(PermitQueue(count: count))
  }

  /// Waits for a permit; `release` gives it back.
  ///
  /// - Throws: `CancellationError` when the task is cancelled first; then there is nothing to release.
  public func acquire() async throws(CancellationError) {
    let ticket = queue.withLock { $0.draw() }
    let isGranted = await withTaskCancellationHandler {
      await withCheckedContinuation { (waiter: CheckedContinuation<Bool, Never>) in
        // A cancellation after this look finds the waiter under the lock; one before it is seen here.
        let answer: Bool? = queue.withLock { queue in
          if Task.isCancelled { return false }
          return queue.ask(ticket, waiter) ? true : nil
        }
        if let answer { waiter.resume(returning: answer) }
      }
    } onCancel: {
      let waiter = queue.withLock { $0.leave(ticket) }
      waiter?.resume(returning: false)
    }
    guard isGranted else { throw CancellationError() }
  }

  /// Takes a permit if one is free and nobody waits for it; `release` gives it back.
  public func tryAcquire() -> Bool { queue.withLock { $0.take() } }

  public func release() {
    let next = queue.withLock { $0.giveBack() }
    next?.resume(returning: true)
  }

  /// Changes how many there are, at least one. Those that are out already stay out until they are released.
  public func resize(to count: Int) {
    let next = queue.withLock { $0.resize(to: count) }
    for waiter in next { waiter.resume(returning: true) }
  }

  /// How many are out.
  public var held: Int { queue.withLock(\.held) }
}

/// Who holds and who waits, without the waiting itself.
struct PermitQueue<Waiter> {
  private var count: Int
  private(set) var held = 0
  private var waiters: [UInt64: Waiter] = [:]
  /// Tickets in order of arrival from `head` on; those that left are no longer in `waiters`.
  private var order: [UInt64] = []
  private var head = 0
  private var lastTicket: UInt64 = 0

  init(count: Int) {
    self.count = max(count, 1)
  }

  var waiting: Int { waiters.count }

  /// True when there was a permit at once.
  mutating func take() -> Bool {
    guard held < count else { return false }
    held += 1
    return true
  }

  mutating func draw() -> UInt64 {
    lastTicket += 1
    return lastTicket
  }

  /// True when there is a permit at once; else the waiter is kept in line.
  mutating func ask(_ ticket: UInt64, _ waiter: Waiter) -> Bool {
    if held < count {
      held += 1
      return true
    }
    waiters[ticket] = waiter
    order.append(ticket)
    return false
  }

  /// Takes a waiter out of line; nil when it stands there no longer.
  mutating func leave(_ ticket: UInt64) -> Waiter? {
    waiters.removeValue(forKey: ticket)
  }

  /// The waiter who gets the permit that came back; nil when nobody waits, or there are fewer permits than before.
  mutating func giveBack() -> Waiter? {
    held -= 1
    return next()
  }

  /// - Returns: the waiters who get the permits that are new.
  mutating func resize(to count: Int) -> [Waiter] {
    self.count = max(count, 1)
    var waiters: [Waiter] = []
    while let waiter = next() { waiters.append(waiter) }
    return waiters
  }

  private mutating func next() -> Waiter? {
    guard held < count else { return nil }
    while head < order.count {
      let ticket = order[head]
      head += 1
      if let waiter = waiters.removeValue(forKey: ticket) {
        held += 1
        return waiter
      }
    }
    order.removeAll(keepingCapacity: true)
    head = 0
    return nil
  }
}
