import FoundationEssentials
import MirrorCore
import OCIRegistry
import Support

extension State {
  mutating func take(_ load: Load) {
    lastSweep = load.lastSweep
    switch load.mirrors {
    case .all(let rows): mirrors.replace(rows)
    case .changed(let changes): mirrors.update(changes)
    }
    jobs.replace(load.jobs)
    overview = load.overview
    jobCounts = Dictionary(grouping: load.jobs, by: \.job.state).mapValues(\.count)
    listRegistries()
    refreshTimedFilters()
    scrollLists()
  }

  mutating func markFresh(_ date: Date) {
    now = max(now, date)
    fresh = date
    guard let failure else { return }
    self.failure = nil
    listProblems()
    say(
      .good,
      "it goes on after \(Duration.seconds(max(date.timeIntervalSince(failure.since), 0)).brief): \(failure.what.title) no more"
    )
  }

  /// Its lines may have no room for all of it: the messages have.
  mutating func take(_ new: Failure, at date: Date, retry: Date) {
    now = max(now, date)
    if failure?.what != new {
      note(Message(at: date, severity: .bad, text: new.sentence))
    }
    failure = (new, failure?.since ?? date, retry)
    listProblems()
    scrollLists()
  }

  mutating func take(_ rows: [HistoryRow], of scope: HistoryScope) {
    historyError = nil
    switch scope {
    case .all:
      history.replace(rows)
      runs.replace(
        rows.compactMap { row in if case .run(let record) = row.item { RunRow(record) } else { nil } })
      listProblems()
      scrollLists()
    case .mirror(let mirror): mirrorHistory = (mirror, rows)
    }
  }

  mutating func take(_ page: LogPage, of source: LogSource) {
    guard log?.source == source else { return }
    log?.append(page)
  }

  /// The log that is shown belongs to the job that is shown.
  mutating func matchLogToPlace() {
    let wanted = watch.log
    guard wanted != log?.source else { return }
    var next = wanted.map { LogBuffer($0) }
    if let log {
      next?.wraps = log.wraps
      next?.showsTimes = log.showsTimes
      next?.search = log.search
    }
    log = next
  }

  mutating func take(_ status: [RegistryStatus], _ signIns: [String: SignIn]) {
    registryStatus = status
    self.signIns = signIns
    listRegistries()
    scrollLists()
  }

  /// Registries that mirrors name, and those that were asked.
  private mutating func listRegistries() {
    let asked = Dictionary(registryStatus.map { ($0.registry, $0) }, uniquingKeysWith: { first, _ in first })
    let names = Set(overview.registries.keys).union(asked.keys)
    registries.replace(
      names.sorted().map { name in
        RegistryRow(
          id: name, use: overview.registries[name] ?? RegistryUse(), status: asked[name], signIn: signIns[name])
      })
    listProblems()
  }

  mutating func listProblems() {
    let lastRun = runs.rows.max { $0.record.started < $1.record.started }
    let new =
      (failure.map { [ProblemRow.of($0.what, of: context.name, since: $0.since)] } ?? [])
      + (automation?.faults ?? []).map { ProblemRow.of($0) } + overview.problems
      + jobs.rows.compactMap { ProblemRow.of($0.job, now: now) }
      + registries.rows.compactMap { ProblemRow.of($0, now: now) } + (lastRun.flatMap(ProblemRow.of).map { [$0] } ?? [])
    if new != problems.rows { problems.replace(new) }
  }
}
