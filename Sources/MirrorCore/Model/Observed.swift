public import FoundationEssentials
public import OCIRegistry

/// What was last seen of one destination: the value of the row's `Observed` attribute.
public struct Observed: Sendable, Equatable, Codable {
  /// Never `queued`, `copying`, `disabled` or `expired`: those follow from jobs and from the row.
  public var state: DestinationState
  public var sourceDigest: Digest?
  public var digest: Digest?
  /// When `state` began.
  public var since: Date
  /// When somebody last looked, but for sweeps over the whole table that found the same: their own record tells of those,
  /// so that a quiet run writes to no row.
  public var checked: Date
  /// Why the state is what it is, where that needs saying.
  public var error: String?
  /// The last job that finished for this destination.
  public var job: String?
  /// Set where a copy could not keep the digest, or only some platforms are mirrored: in sync as long as both sides still
  /// have these.
  public var converted: Conversion?
  /// Set where the last jobs failed.
  public var retry: RetryPause?
  /// true where the copy failed when its job was told to end, for a reason that the job could not learn: as in AWS, where
  /// the queue knows whether somebody stopped it.
  public var wasStopped: Bool?

  public init(
    state: DestinationState, sourceDigest: Digest? = nil, digest: Digest? = nil, since: Date, checked: Date,
    error: String? = nil, job: String? = nil, converted: Conversion? = nil, retry: RetryPause? = nil
  ) {
    self.state = state
    self.sourceDigest = sourceDigest
    self.digest = digest
    self.since = since
    self.checked = checked
    self.error = error
    self.job = job
    self.converted = converted
    self.retry = retry
  }

  /// Whether both say the same but for the time of the look.
  public func saysTheSame(as other: Observed) -> Bool {
    var copy = other
    copy.checked = checked
    return copy == self
  }
}

/// A copy that changed the manifest, as from Docker schema 1: `from` at the source became `to` at the destination. Of a
/// row that selects platforms `from` stands for the source's digest together with these (`PlatformSelection.origin`), and
/// each of its copies has one, also where `to` is the source's digest.
///
/// Kept apart from the `Observed` that has one: hardly any does, and tables are long.
public final class Conversion: Sendable, Equatable, Codable {
  public let from: Digest
  public let to: Digest

  public init(from: Digest, to: Digest) {
    self.from = from
    self.to = to
  }

  public static func == (one: Conversion, other: Conversion) -> Bool {
    one.from == other.from && one.to == other.to
  }
}

/// What a look changes in a row's `Observed`.
public struct ObservedChange: Sendable, Equatable {
  public var set: [String: Observed]
  /// Destinations that are no longer the row's.
  public var remove: Set<String>

  public init(set: [String: Observed] = [:], remove: Set<String> = []) {
    self.set = set
    self.remove = remove
  }

  public var isEmpty: Bool { self.set.isEmpty && remove.isEmpty }
}
