import FoundationEssentials
import Support

extension State {
  /// How old what is shown may get before it counts as stale, in seconds.
  var staleAfter: TimeInterval { max(6, pace.seconds * 1.25 + 1) }

  var isStale: Bool { isStale(at: now) }

  func isStale(at date: Date) -> Bool { fresh.map { date.timeIntervalSince($0) > staleAfter } ?? false }
}
