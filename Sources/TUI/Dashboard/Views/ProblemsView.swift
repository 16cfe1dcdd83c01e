import MirrorCore

extension View {
  /// What needs a person, whatever it is about.
  static let problems = View(
    "Problems", .list(\.problems, of: { $0.problemRows }) { _ in ["nothing needs a person"] },
    tab: Tab("6", "what needs a person, the worst first"),
    operations: Set.ofMirrors.union(Set.marking).union([.run, .timer, .cancel, .log]),
    watch: { state, _ in state.watchOfRegistries },
    alarms: { $0.problems.total })
}

extension Place {
  static let problems = Place(.problems)
}

extension State {
  fileprivate var problemRows: [ProblemRow] {
    let lastRun = runs.rows.max { $0.record.started < $1.record.started }
    return (failure.map { [ProblemRow.of($0.what, of: context.name, since: $0.since)] } ?? [])
      + (automation?.faults ?? []).map { ProblemRow.of($0) } + overview.problems
      + jobs.rows.compactMap { ProblemRow.of($0.job, now: now) }
      + registries.rows.compactMap { ProblemRow.of($0, now: now) } + (lastRun.flatMap(ProblemRow.of).map { [$0] } ?? [])
  }
}
