import FoundationEssentials
import MirrorCore
import Support

/// How fast a job copies, from looks at its progress.
struct CopyPace: Sendable, Equatable {
  /// Looks at one copy that found more than the one before, oldest first.
  private var looks: [Look] = []
  /// Nil for a job that copies to several at once: what moves is their sum.
  private var destination: String?

  private struct Look: Equatable {
    let at: Date
    let done: Int64
  }

  /// Seconds that a rate is taken over.
  private static let window: TimeInterval = 30
  /// Seconds without news after which a copy is taken to go slower: jobs tell of themselves, and are looked at, no more
  /// often than each few seconds.
  private static let patience: TimeInterval = 10
  /// Seconds without news after which nothing is said of it.
  private static let longest: TimeInterval = 120

  init(_ progress: JobProgress, at: Date) {
    looks = [Look(at: at, done: progress.bytes.done)]
    destination = Self.destination(of: progress)
  }

  private static func destination(of progress: JobProgress) -> String? {
    progress.pack == nil ? progress.destination : nil
  }

  /// With another look. A copy to another destination, or one that begins anew, is measured from there on.
  func looked(_ progress: JobProgress, at: Date) -> CopyPace {
    guard let last = looks.last, destination == Self.destination(of: progress), progress.bytes.done >= last.done else {
      return CopyPace(progress, at: at)
    }
    guard at > last.at, progress.bytes.done > last.done else { return self }
    var next = self
    next.looks.append(Look(at: at, done: progress.bytes.done))
    // The first one of the window stays, so that there are two.
    while next.looks.count > 2, at.timeIntervalSince(next.looks[1].at) >= Self.window { next.looks.removeFirst() }
    return next
  }

  /// Bytes a second; nil where that is not known: within a second of the first look, before another found more, and long
  /// after the last.
  func rate(at now: Date) -> Double? {
    guard let first = looks.first, let last = looks.last, looks.count > 1 else { return nil }
    let idle = max(now.timeIntervalSince(last.at), 0)
    guard idle < Self.longest else { return nil }
    let seconds = last.at.timeIntervalSince(first.at) + max(idle - Self.patience, 0)
    return seconds >= 1 ? (Double(last.done) - Double(first.done)) / seconds : nil
  }

  /// Bytes a second between one look and the next that found more, the newest last: how it goes lately.
  var rates: [Int] {
    zip(looks, looks.dropFirst()).map { one, next in
      // A registry may say of a blob that it is of any size.
      Int(min((Double(next.done) - Double(one.done)) / next.at.timeIntervalSince(one.at), 1e15))
    }.suffix(Self.mostRates)
  }

  /// Rates that are shown.
  static let mostRates = 8

  /// When the rate will be another if there is no news; nil where nothing is known.
  func nextChange(after now: Date) -> Date? {
    guard rate(at: now) != nil, let last = looks.last else { return nil }
    return max(last.at.addingTimeInterval(Self.patience), now).addingTimeInterval(1)
  }

  /// How long the rest takes at this rate; nil where that is not known, as while other destinations wait.
  func left(of progress: JobProgress, at now: Date) -> Duration? {
    guard let rate = rate(at: now), rate > 0, let total = progress.bytes.total, total > progress.bytes.done,
      progress.destinations.done >= (progress.destinations.total ?? 1) - 1
    else { return nil }
    let seconds = (Double(total) - Double(progress.bytes.done)) / rate
    return seconds < 30 * 86400 ? .seconds(seconds.rounded(.up)) : nil
  }
}

extension Double {
  /// Bytes a second, for a person; nil for what no copy has.
  var perSecond: String? { Int64(exactly: rounded()).map { "\($0.inUnits)/s" } }
}
