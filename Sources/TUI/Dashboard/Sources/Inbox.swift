import Support

/// Events from everywhere, taken in batches by the one loop that reduces them.
final class Inbox: Sendable {
  /// One element whenever something waits, however much it is.
  let wakes: AsyncStream<Void>
  private let events = Lock<[(event: Event, sender: Int?)]>([])
  private let wake: AsyncStream<Void>.Continuation

  init() {
    (wakes, wake) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
  }

  /// - Parameter sender: the number of the session or opening it comes from; nil where a person or the terminal made it.
  func post(_ event: Event, from sender: Int? = nil) {
    events.withLock { $0.append((event, sender)) }
    wake.yield()
  }

  func take() -> [(event: Event, sender: Int?)] {
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
