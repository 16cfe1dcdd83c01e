import Support

/// What a job has moved so far, so that its last reports tell it too.
struct MovedAmounts: Sendable, Equatable {
  /// By destination, as last reported while it was copied to.
  private var byDestination: [String: JobProgress] = [:]
  /// What copies and failures told of registries.
  private var pressure: [String: JobProgress.Pressure] = [:]

  /// Destinations whose copies go side by side, and are told of as one.
  private var joined: Set<String> = []
  private var label: String?
  /// Destinations that are done with, in this round.
  private var ended: Int64 = 0

  /// A round over the destinations begins.
  mutating func begin() { (joined, label, ended) = ([], nil, 0) }

  /// A destination is done with, whatever became of it.
  mutating func end() { ended += 1 }

  mutating func join(_ destinations: [String]) { (joined, label) = (Set(destinations), destinations.first) }

  /// A registry failed, or wants less, which is told from here on.
  mutating func note(_ failure: CopyFailure) {
    if let found = failure.pressure { note(found.kind, of: found.registry) }
  }

  private mutating func note(_ kind: JobProgress.Pressure, of registry: String) {
    if pressure[registry] != .throttled { pressure[registry] = kind }
  }

  /// The report, where it is none of a copy with what copies moved: to its destination, or at the job's end to all.
  mutating func adding(to progress: JobProgress) -> JobProgress {
    for (registry, kind) in progress.pressure ?? [:] { note(kind, of: registry) }
    var progress = withAmounts(progress)
    progress.pressure = pressure.isEmpty ? nil : pressure
    return progress
  }

  private mutating func withAmounts(_ progress: JobProgress) -> JobProgress {
    switch progress.phase {
    case .looking: return progress
    case .copying:
      byDestination[progress.destination ?? ""] = progress
      return isJoined(progress) ? asOne(progress) : progress
    case .verifying where isJoined(progress): return asOne(progress)
    case .verifying: return progress.with(byDestination[progress.destination ?? ""].map { [$0] } ?? [])
    case .done: return progress.with(Array(byDestination.values))
    }
  }

  private func isJoined(_ progress: JobProgress) -> Bool { progress.destination.map(joined.contains) ?? false }

  /// All that go side by side, those that are through included: so no figure goes down.
  private func asOne(_ progress: JobProgress) -> JobProgress {
    var all = progress
    let copies = byDestination.filter { joined.contains($0.key) }.map(\.value)
    func sum(_ count: KeyPath<JobProgress, JobProgress.Count>) -> JobProgress.Count {
      copies.reduce(JobProgress.Count(total: 0)) { sum, copy in
        let (one, total) = (copy[keyPath: count], sum.total)
        return JobProgress.Count(
          done: sum.done.plus(one.done), total: total.flatMap { total in one.total.map { total.plus($0) } })
      }
    }
    (all.images, all.blobs, all.bytes) = (sum(\.images), sum(\.blobs), sum(\.bytes))
    (all.destination, all.destinations.done) = (label, max(all.destinations.done, ended))
    return all
  }
}

extension JobProgress {
  fileprivate func with(_ copies: [JobProgress]) -> JobProgress {
    var all = self
    func sum(_ count: KeyPath<JobProgress, Count>) -> Count {
      let done = copies.reduce(Int64(0)) { $0.plus($1[keyPath: count].done) }
      return Count(done: done, total: done)
    }
    (all.images, all.blobs, all.bytes) = (sum(\.images), sum(\.blobs), sum(\.bytes))
    return all
  }
}
