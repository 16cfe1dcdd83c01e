import FoundationEssentials
import Support
import Terminal

/// Events from everywhere, taken in batches by the one loop that reduces them.
final class Inbox: Sendable {
  /// One element whenever something waits, however much it is.
  let wakes: AsyncStream<Void>
  private let waiting = Lock(Waiting())
  private let wake: AsyncStream<Void>.Continuation

  init() {
    (wakes, wake) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
  }

  /// - Parameter sender: the number of the session or opening it comes from; nil where a person or the terminal made it.
  func post(_ event: Event, from sender: Int? = nil) {
    let mustWake = waiting.withLock { waiting in
      guard case .unchanged(let date) = event else {
        waiting.events.append((event, sender))
        return true
      }
      if let last = waiting.events.last, case .unchanged = last.event, last.sender == sender {
        waiting.events.removeLast()
      }
      waiting.events.append((event, sender))
      return date >= waiting.rest
    }
    if mustWake { wake.yield() }
  }

  /// Posts keys that belong together, as those of a typed command do: nothing is drawn between them.
  func post(_ keys: [Key], _ arrival: Arrival) {
    waiting.withLock { $0.events += keys.map { (.key($0, arrival), nil) } }
    wake.yield()
  }

  /// From now on the news that nothing changed wakes nobody before a date: it waits for an event that does.
  func rest(until date: Date) {
    waiting.withLock { $0.rest = date }
  }

  func drain() -> [(event: Event, sender: Int?)] {
    waiting.withLock { waiting in
      defer { waiting.events = [] }
      return waiting.events
    }
  }

  private struct Waiting: Sendable {
    var events: [(event: Event, sender: Int?)] = []
    var rest = Date.distantPast
  }

  /// Ends `wakes`.
  func close() {
    wake.finish()
  }
}
