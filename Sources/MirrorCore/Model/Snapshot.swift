public import FoundationEssentials

/// The whole installation at one moment: what `status` prints and the dashboard shows.
public struct Snapshot: Sendable, Equatable {
  public var asOf: Date
  public var mirrors: [MirrorStatus]
  public var unreadable: [UnreadableRow]
  /// Live jobs, and the newest finished ones; newest first.
  public var jobs: [Job]
  public var lastSweep: Date?

  public init(asOf: Date, mirrors: [MirrorStatus], unreadable: [UnreadableRow], jobs: [Job], lastSweep: Date?) {
    self.asOf = asOf
    self.mirrors = mirrors
    self.unreadable = unreadable
    self.jobs = jobs
    self.lastSweep = lastSweep
  }

  /// Destinations by state.
  public var summary: [DestinationState: Int] {
    var counts: [DestinationState: Int] = [:]
    for mirror in mirrors {
      for destination in mirror.destinations { counts[destination.state, default: 0] += 1 }
    }
    return counts
  }
}
