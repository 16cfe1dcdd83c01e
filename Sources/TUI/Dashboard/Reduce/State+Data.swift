import FoundationEssentials
import MirrorCore
import OCIRegistry
import Support

extension State {
  mutating func apply(_ load: Load) {
    lastSweep = load.lastSweep
    let pattern = load.overview.pattern
    if pattern != overview.pattern { mirrors.setColumns { MirrorRow.columns(where: pattern, below: $0) } }
    switch load.mirrors {
    case .all(let rows): mirrors.replace(rows)
    case .changed(let changes): mirrors.update(changes)
    }
    jobs.replace(load.jobs)
    overview = load.overview
    jobCounts = Dictionary(grouping: load.jobs, by: \.job.state).mapValues(\.count)
    deriveLists()
    refreshTimedFilters()
  }

  mutating func markFresh(_ date: Date) {
    now = max(now, date)
    fresh = date
    guard let failure else { return }
    self.failure = nil
    deriveLists()
    say(
      .good,
      "working again after \(Duration.seconds(max(date.timeIntervalSince(failure.since), 0)).brief): \(failure.what.title)"
    )
  }

  /// Its lines may have no room for all of it: the messages have.
  mutating func apply(_ new: Failure, at date: Date, retry: Date) {
    now = max(now, date)
    if failure?.what != new {
      note(Message(at: date, severity: .bad, text: new.sentence))
    }
    failure = (new, failure?.since ?? date, retry)
    deriveLists()
  }

  mutating func apply(_ rows: [HistoryRow], of scope: HistoryScope) {
    historyError = nil
    switch scope {
    case .all:
      history.replace(rows)
      deriveLists()
    case .mirror(let mirror): mirrorHistory = (mirror, rows)
    }
  }

  mutating func apply(_ page: LogPage, of source: LogSource) {
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

  mutating func apply(_ status: [RegistryStatus], _ signIns: [String: SignIn]) {
    registryStatus = status
    self.signIns = signIns
    deriveLists()
  }
}
