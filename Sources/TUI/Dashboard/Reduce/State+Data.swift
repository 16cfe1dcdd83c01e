import FoundationEssentials
import MirrorCore

extension State {
  mutating func take(_ load: Load) {
    markFresh(load.at)
    lastSweep = load.lastSweep
    mirrors.replace(load.mirrors)
    jobs.replace(load.jobs)
    count()
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

  private mutating func count() {
    var byState: [DestinationState: Int] = [:]
    var unreadable = 0
    for row in mirrors.rows {
      guard let status = row.status else {
        unreadable += 1
        continue
      }
      for destination in status.destinations { byState[destination.state, default: 0] += 1 }
    }
    let worstFirst = DestinationState.allCases.sorted { $0.weight > $1.weight }
    counts = worstFirst.compactMap { state in
      byState[state].map { (state.rawValue, state.role, $0) }
    }
    if unreadable > 0 { counts.insert(("unreadable", .bad, unreadable), at: 0) }
    jobCounts = Dictionary(grouping: jobs.rows, by: \.job.state).mapValues(\.count)
  }
}
