import Support

/// Events from everywhere, taken in batches by the one loop that reduces them.
final class Inbox: Sendable {
  /// One element whenever something waits, however much it is.
  let wakes: AsyncStream<Void>
  private let events = Lock<[Event]>([])
  private let wake: AsyncStream<Void>.Continuation

  init() {
    (wakes, wake) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
  }

  func post(_ event: Event) {
    events.withLock { $0.append(event) }
    wake.yield()
  }

  func take() -> [Event] {
    events.withLock { events in
      defer { events = [] }
      return events
    }
  }

  /// Ends `wakes`.
  func close() {
    wake.finish()
  }
}
