import Support

/// What a job has moved so far, so that its last reports tell it too.
struct MovedAmounts: Sendable, Equatable {
  /// By destination, as last reported while it was copied to.
  private var byDestination: [String: JobProgress] = [:]

  /// The report, where it is none of a copy with what copies moved: to its destination, or at the job's end to all.
  mutating func adding(to progress: JobProgress) -> JobProgress {
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
