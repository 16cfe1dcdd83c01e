import Support

/// What a job has moved so far, so that its last reports tell it too.
struct MovedAmounts: Sendable, Equatable {
  /// By destination, as last reported while it was copied to.
  private var byDestination: [String: JobProgress] = [:]
  /// What copies and failures told of registries.
  private var pressure: [String: JobProgress.Pressure] = [:]

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
      return progress
    case .verifying: return progress.with(byDestination[progress.destination ?? ""].map { [$0] } ?? [])
    case .done: return progress.with(Array(byDestination.values))
    }
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
