import MirrorCore

extension View {
  /// The jobs that live, and those that ended last.
  static let jobs = View(
    "Jobs", .list(\.jobs) { _ in ["no jobs yet: they begin when something is mirrored"] },
    tab: Tab("2", "the jobs"),
    operations: Set.marking.union([.cancel, .retry, .log]), hints: [.cancel],
    counts: { state, _ in state.countsOfJobs }, jobs: { _ in [] })
}

extension Place {
  static let jobs = Place(.jobs)
}

extension State {
  /// How many are in which state, for the header of views of jobs.
  var countsOfJobs: [Span] {
    counts(
      JobState.allCases.compactMap { state in
        jobCounts[state].map { Overview.Count(word: state.rawValue, role: state.role, count: $0) }
      })
  }
}
