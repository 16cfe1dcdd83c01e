import MirrorCore

extension View {
  /// What needs a person, whatever it is about.
  static let problems = View(
    "Problems", .list(\.problems, derive: { $0.deriveProblems() }) { _ in ["nothing needs attention"] },
    tab: Tab("6", "what needs attention, the worst first"),
    operations: Set.ofMirrors.union(Set.marking).union([.run, .timer, .cancel, .log, .group, .fold, .foldAll, .remedy]),
    watch: { state, _ in state.watchOfRegistries },
    alarms: { $0.problemCauses })
}

extension Place {
  static let problems = Place(.problems)
}

extension State {
  /// Does what the problem under the cursor asks for, or the worst of a group or of what is marked.
  mutating func remedy() throws(CommandError) -> [Effect] {
    guard let problem = problems.targets.max(by: { $0.weight < $1.weight }) else {
      say(.info, "nothing needs attention")
      return []
    }
    guard let operation = problem.remedy, let binding = keys.binding(of: operation, in: .problems) else {
      say(.info, "no key fixes this: \(problem.advice)")
      return []
    }
    return try perform(binding, nil)
  }

  fileprivate mutating func deriveProblems() {
    let new = problemRows
    guard new != problems.rows else { return }
    problems.replace(new)
    problemCauses = ProblemRow.causes(of: new)
  }

  fileprivate var problemRows: [ProblemRow] {
    let lastRun = runs.rows.max { $0.record.started < $1.record.started }
    return (failure.map { [ProblemRow.of($0.what, of: context.name, since: $0.since)] } ?? [])
      + (automation?.faults ?? []).map { ProblemRow.of($0) } + overview.problems
      + jobs.rows.compactMap { ProblemRow.of($0.job, now: now) }
      + registries.rows.compactMap { ProblemRow.of($0, now: now) } + (lastRun.flatMap(ProblemRow.of).map { [$0] } ?? [])
  }
}
