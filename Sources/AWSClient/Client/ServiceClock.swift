import FoundationEssentials
import HTTP
import Support

/// The time as AWS sees it: this machine's, corrected by what a service answered.
final class ServiceClock: Sendable {
  private let offset = Lock(0.0)

  var now: Date { Date.now + offset.withLock { $0 } }

  /// Learns from the `Date` of an answer.
  ///
  /// - Returns: whether this made a difference worth another try.
  func learn(from date: String?) -> Bool {
    guard let date, let theirs = Date(httpDate: date) else { return false }
    let new = theirs.timeIntervalSince(Date.now)
    return offset.withLock { offset in
      let isNews = abs(new - offset) > 2
      offset = new
      return isNews
    }
  }
}
