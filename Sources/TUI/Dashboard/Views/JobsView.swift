import MirrorCore

extension View {
  /// The jobs that live, and those that ended last.
  static let jobs = View(
    "Jobs", .list(\.jobs) { _ in ["no jobs yet: they are created when something is mirrored"] },
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
      JobState.allWords.compactMap { word in
        let states = JobState.allCases.filter { $0.word == word }
        let count = states.reduce(0) { $0 + (jobCounts[$1] ?? 0) }
        return count > 0 ? Overview.Count(word: word, role: states[0].role, count: count) : nil
      })
  }
}
