import Support

@testable import TUI

/// Events as something posts them.
final class Posts: Sendable {
  private let events = Lock<[Event]>([])

  var post: @Sendable (Event) -> Void {
    { [events] event in events.withLock { $0.append(event) } }
  }

  var all: [Event] { events.withLock(\.self) }

  func contains(_ isIt: (Event) -> Bool) -> Bool { all.contains(where: isIt) }
  func count(_ isIt: (Event) -> Bool) -> Int { all.count(where: isIt) }
  func first<Value>(_ find: (Event) -> Value?) -> Value? { all.lazy.compactMap(find).first }
  func last<Value>(_ find: (Event) -> Value?) -> Value? { all.reversed().lazy.compactMap(find).first }
}
