public import FoundationEssentials
import OCIRegistry
import Support

/// Until when unattended runs leave a destination alone, after jobs for it failed one after the other.
///
/// It counts while both sides hold what they held and the row says what it said; a person's key and a push start a job
/// all the same. Kept apart from the `Observed` that has one: hardly any does, and tables are long.
public final class RetryPause: Sendable, Equatable, Codable {
  /// Jobs that failed since it last was in step, from 1.
  public let failures: Int
  public let until: Date
  /// `MirrorEntry.definition` of the row then.
  public let definition: String

  public init(failures: Int, until: Date, definition: String) {
    self.failures = failures
    self.until = until
    self.definition = definition
  }

  public static func == (one: RetryPause, other: RetryPause) -> Bool {
    one.failures == other.failures && one.until == other.until && one.definition == other.definition
  }

  /// The longest pause; one that would take longer is a clock's mistake.
  static let longest = Duration.seconds(86_400)

  /// The pause after a job failed.
  ///
  /// - Parameter previous: what was known of the destination, of the same row and the same digests.
  convenience init(after failure: CopyFailure, previous: Observed?, job: String, definition: String, now: Date) {
    let known = previous?.retry.flatMap { $0.definition == definition ? $0 : nil }
    if let deferral = failure.deferral {
      // Not to be asked now says nothing of whether it would work.
      self.init(failures: known?.failures ?? 1, until: deferral.until, definition: definition)
      return
    }
    // Each of a job's tries writes down that it failed.
    let isNew = known == nil || previous?.job != job
    let failures = min((known?.failures ?? 0), 1_000_000) + (isNew ? 1 : 0)
    let pause = Self.pause(
      after: failures, isFinal: failure.verdict != .retry, isThrottled: failure.cause == .throttled)
    self.init(failures: failures, until: now + pause.seconds, definition: definition)
  }

  /// What a person must mend is tried again after an hour, then once a day. What may pass is tried at the next two runs,
  /// then once an hour, after five failures once a day; a registry that only wants fewer requests never waits longer
  /// than an hour.
  static func pause(after failures: Int, isFinal: Bool, isThrottled: Bool) -> Duration {
    let hour = Duration.seconds(3600)
    if isFinal { return failures <= 1 ? hour : longest }
    if failures <= 2 { return .zero }
    return failures <= 5 || isThrottled ? hour : longest
  }

  /// When runs try again; nil where they do at once.
  public func nextTry(definition: String, now: Date) -> Date? {
    guard definition == self.definition, until > now, until <= now + Self.longest.seconds else { return nil }
    return until
  }
}

extension MirrorEntry {
  /// Stands for all of the row that decides what a job does: the same for the same text.
  public var definition: String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    var parts = destinations
    if let tags, let data = try? encoder.encode(tags) { parts.append(String(decoding: data, as: UTF8.self)) }
    if !options.isEmpty, let data = try? encoder.encode(options) { parts.append(String(decoding: data, as: UTF8.self)) }
    return String(Digest.sha256(of: Array(parts.joined(separator: "\n").utf8)).hex.prefix(16))
  }
}
