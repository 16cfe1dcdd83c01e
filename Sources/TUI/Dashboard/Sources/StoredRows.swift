import FoundationEssentials
import MirrorCore

/// What was last read, joined and made ready for the lists; only rows that may have changed are joined again.
struct StoredRows {
  private var entries: [MirrorEntry] = []
  private var unreadable: [MirrorRow] = []
  private var jobs: [Job] = []
  private var lastSweep: Date?

  private var rows: [MirrorRow] = []
  /// Rows by the images they mirror, which is how jobs name them.
  private var rowsBySource: [String: [Int]] = [:]
  /// Images whose jobs changed since the last join.
  private var changedSources: Set<String> = []
  private var mustJoinAll = true
  /// The next moment at which a row ends.
  private var nextExpiry: Date?

  mutating func take(entries: [MirrorEntry], unreadable: [UnreadableRow]) {
    self.entries = entries
    self.unreadable = unreadable.map { MirrorRow($0) }
    mustJoinAll = true
  }

  mutating func take(jobs new: [Job]) {
    let before = Dictionary(live(jobs).map { ($0.source, $0) }, uniquingKeysWith: { first, _ in first })
    let after = Dictionary(live(new).map { ($0.source, $0) }, uniquingKeysWith: { first, _ in first })
    for (source, job) in after where before[source] != job { changedSources.insert(source) }
    for source in before.keys where after[source] == nil { changedSources.insert(source) }
    jobs = new
  }

  mutating func take(lastSweep new: Date?) {
    if new != lastSweep { mustJoinAll = true }
    lastSweep = new
  }

  var hasLiveJobs: Bool { jobs.contains { $0.state.isLive } }

  /// Whether a row that was active is over by `now`.
  func hasExpired(since now: Date) -> Bool {
    nextExpiry.map { $0 <= now } ?? false
  }

  mutating func load(at now: Date) -> Load {
    let mirrors: Load.Rows
    if mustJoinAll || hasExpired(since: now) {
      joinAll(now)
      mirrors = .all(rows)
    } else {
      mirrors = .changed(joinChanged(now))
    }
    mustJoinAll = false
    changedSources = []
    return Load(
      at: now, mirrors: mirrors, jobs: jobs.map { JobRow($0) }, lastSweep: lastSweep, overview: Overview(rows))
  }

  private mutating func joinAll(_ now: Date) {
    rows = join(entries, now) + unreadable
    nextExpiry = entries.compactMap(\.expires).filter { $0 > now }.min()
    rowsBySource = [:]
    for (index, row) in rows.enumerated() {
      for source in Set(row.status?.destinations.map(\.source) ?? []) {
        rowsBySource[source, default: []].append(index)
      }
    }
  }

  /// - Returns: the rows whose jobs changed, by their place.
  private mutating func joinChanged(_ now: Date) -> [Int: MirrorRow] {
    let affected = Set(changedSources.flatMap { rowsBySource[$0] ?? [] }).sorted()
    let new = join(affected.map { entries[$0] }, now)
    for (index, row) in zip(affected, new) { rows[index] = row }
    return Dictionary(uniqueKeysWithValues: zip(affected, new))
  }

  private func join(_ entries: [MirrorEntry], _ now: Date) -> [MirrorRow] {
    Snapshot.join(entries: entries, jobs: live(jobs), lastSweep: lastSweep, now: now).mirrors.map { MirrorRow($0) }
  }

  private func live(_ jobs: [Job]) -> [Job] { jobs.filter(\.state.isLive) }
}
