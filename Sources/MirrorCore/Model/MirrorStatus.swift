public import FoundationEssentials
public import OCIRegistry

/// A row joined with the queue: how each of its destinations stands now.
public struct MirrorStatus: Sendable, Equatable, Identifiable {
  public var entry: MirrorEntry
  /// Never empty; sorted as the row has them, tags of a rule by name.
  public var destinations: [DestinationStatus]

  public var id: String { entry.source }

  public init(entry: MirrorEntry, destinations: [DestinationStatus]) {
    self.entry = entry
    self.destinations = destinations
  }

  /// As last seen; nil where never seen, or for a row with a tag rule, whose destinations have one each.
  public var sourceDigest: Digest? {
    let digests = Set(destinations.map(\.sourceDigest))
    return digests.count == 1 ? digests.first ?? nil : nil
  }

  /// The state that matters most among the destinations.
  public var state: DestinationState {
    destinations.map(\.state).max { $0.weight < $1.weight } ?? .unknown
  }

  /// When the destinations were last looked at: the oldest of them, nil where one never was.
  public var checkedAt: Date? {
    let times = destinations.map(\.checkedAt)
    return times.contains(nil) ? nil : times.compactMap(\.self).min()
  }
}

public struct DestinationStatus: Sendable, Equatable {
  /// In full with its tag, where the row can be read.
  public var reference: String
  /// The source in full with its tag.
  public var source: String
  public var sourceDigest: Digest?
  public var digest: Digest?
  public var state: DestinationState
  public var since: Date?
  public var checkedAt: Date?
  public var error: String?
  /// The live job for it, else the last one that finished.
  public var job: String?
  /// Until when runs leave it alone, where the last jobs failed and none is under way.
  public var retry: RetryPause?
  /// Of the live job.
  public var progress: JobProgress? {
    get { live?.progress }
    set { live = newValue.map(LiveJob.init) }
  }
  /// Apart from the rest: hardly any destination has one, and tables are long.
  private var live: LiveJob?

  private final class LiveJob: Sendable, Equatable {
    let progress: JobProgress

    init(_ progress: JobProgress) { self.progress = progress }

    static func == (one: LiveJob, other: LiveJob) -> Bool { one.progress == other.progress }
  }

  public init(
    reference: String, source: String, sourceDigest: Digest? = nil, digest: Digest? = nil, state: DestinationState,
    since: Date? = nil, checkedAt: Date? = nil, error: String? = nil, job: String? = nil,
    retry: RetryPause? = nil, progress: JobProgress? = nil
  ) {
    self.reference = reference
    self.source = source
    self.sourceDigest = sourceDigest
    self.digest = digest
    self.state = state
    self.since = since
    self.checkedAt = checkedAt
    self.error = error
    self.job = job
    self.retry = retry
    self.progress = progress
  }
}
