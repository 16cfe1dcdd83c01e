import FoundationEssentials
import MirrorCore

extension State {
  mutating func take(_ load: Load) {
    markFresh(load.at)
    lastSweep = load.lastSweep
    switch load.mirrors {
    case .all(let rows): mirrors.replace(rows)
    case .changed(let changes): mirrors.update(changes)
    }
    jobs.replace(load.jobs)
    overview = load.overview
    jobCounts = Dictionary(grouping: load.jobs, by: \.job.state).mapValues(\.count)
    refreshTimedFilters()
    scrollLists()
    clampScroll()
  }

  mutating func markFresh(_ date: Date) {
    now = max(now, date)
    fresh = date
    failure = nil
  }

  mutating func take(_ rows: [HistoryRow], of scope: HistoryScope) {
    historyError = nil
    switch scope {
    case .all:
      history.replace(rows)
      scrollLists()
    case .mirror(let mirror): mirrorHistory = (mirror, rows)
    }
    clampScroll()
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
    next?.wraps = log?.wraps ?? false
    log = next
  }
}
