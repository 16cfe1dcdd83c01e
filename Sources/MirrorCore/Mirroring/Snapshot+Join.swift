public import FoundationEssentials
import OCIRegistry
import Support

extension Snapshot {
  /// Joins rows with the queue: a pure function of what is stored.
  ///
  /// - Parameter lastSweep: when the last sweep over everything began; rows that were observed before it were looked at
  ///   again by it, and nothing had changed.
  public static func join(
    entries: [MirrorEntry], unreadable: [UnreadableRow] = [], jobs: [Job], lastSweep: Date?, now: Date
  ) -> Snapshot {
    let live = Dictionary(
      jobs.filter(\.state.isLive).flatMap { job in job.openSources.map { ($0, job) } },
      uniquingKeysWith: { first, _ in first })
    let stopped = Dictionary(
      jobs.filter { $0.state == .cancelled }.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
    let mirrors = entries.map { MirrorStatus.join($0, live: live, stopped: stopped, lastSweep: lastSweep, now: now) }
    return Snapshot(asOf: now, mirrors: mirrors, unreadable: unreadable, jobs: jobs, lastSweep: lastSweep)
  }
}

extension MirrorStatus {
  /// - Parameters:
  ///   - live: jobs that work or wait, by source.
  ///   - stopped: jobs that somebody stopped, by id.
  fileprivate static func join(
    _ entry: MirrorEntry, live: [String: Job], stopped: [String: Job], lastSweep: Date?, now: Date
  ) -> MirrorStatus {
    var pairs: [(source: String, destination: String)] = []
    if entry.tags == nil {
      if let image = try? entry.images().first {
        pairs = image.destinations.map { (entry.shared(image.source.description), entry.shared($0.description)) }
      }
    } else {
      pairs = entry.pairsSeen
    }
    if pairs.isEmpty { pairs = entry.destinations.map { (entry.source, $0) } }
    if pairs.isEmpty { pairs = [(entry.source, "")] }
    let definition = entry.observed.values.contains { $0.retry != nil } ? entry.definition : ""
    let destinations = pairs.map { pair in
      DestinationStatus.join(
        source: pair.source, destination: pair.destination, of: entry, definition, job: live[pair.source],
        stopped: entry.observed[pair.destination]?.job.flatMap { stopped[$0] }, lastSweep: lastSweep, now: now)
    }
    return MirrorStatus(entry: entry, destinations: destinations)
  }
}

extension MirrorEntry {
  /// The row's own text where it says the same: a table of mirrors is held in memory for as long as it is shown.
  fileprivate func shared(_ text: String) -> String {
    if text == source { return source }
    if let place = observed.index(forKey: text) { return observed[place].key }
    return text
  }

  /// What a row with a tag rule was last seen to mirror: its destinations, with the sources they came from.
  fileprivate var pairsSeen: [(source: String, destination: String)] {
    let source = try? ImageReference(self.source)
    return observed.keys.sorted().map { key in
      let tag = (try? ImageReference(key))?.tag
      return (tag.flatMap { try? source?.withTag($0).description } ?? self.source, key)
    }
  }
}

extension DestinationStatus {
  fileprivate static func join(
    source: String, destination: String, of entry: MirrorEntry, _ definition: String, job: Job?, stopped: Job?,
    lastSweep: Date?, now: Date
  ) -> DestinationStatus {
    let observed = entry.observed[destination]
    var status = DestinationStatus(
      reference: destination, source: source, sourceDigest: observed?.sourceDigest, digest: observed?.digest,
      state: observed?.state ?? .unknown, since: observed?.since, checkedAt: observed?.checked,
      error: observed?.error?.masked, job: observed?.job)
    // A job that was stopped past this program, as in AWS's console, cannot tell that from a failure of its own.
    if let stopped, let observed, observed.state == .failed, observed.wasStopped == true {
      (status.state, status.error) = (observed.standing(try? entry.platforms), stopped.reason?.masked)
    }
    if let checked = observed?.checked, let lastSweep, lastSweep > checked { status.checkedAt = lastSweep }
    if entry.isExpired(at: now) {
      status.state = .expired
    } else if !entry.enabled {
      status.state = .disabled
    }
    // Runs never try what is blocked, nor what they cannot see.
    if let retry = observed?.retry, status.state.isDrift, status.state != .blocked,
      retry.nextTry(definition: definition, now: now) != nil
    {
      status.retry = retry
    }
    let images = job?.images ?? []
    if let job,
      let place = images.firstIndex(where: { $0.source == source && $0.destinations.contains(destination) })
    {
      status.retry = nil
      status.job = job.id
      status.state = job.standing(at: place) == .underWay ? .copying : .queued
      // That of a pack says nothing about one of its images.
      status.progress = job.isPack ? nil : job.progress
    }
    return status
  }
}

extension Observed {
  /// How the destination stands by what was seen of both sides, whatever became of a copy.
  fileprivate func standing(_ platforms: PlatformSelection?) -> DestinationState {
    guard let sourceDigest else { return .unknown }
    guard let digest else { return .missing }
    if Observed?.some(self).holds(digest, of: sourceDigest, platforms) { return .inSync }
    return platforms == nil && sourceDigest == digest ? .inSync : .drifted
  }
}
