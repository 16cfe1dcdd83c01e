import FoundationEssentials
import MirrorCore

/// What was last read, joined and made ready for the lists; only rows that may have changed are joined again.
struct StoredRows {
  /// Rows that can be read, by source.
  private var rows: [MirrorRow] = []
  private var unreadable: [MirrorRow] = []
  private var jobs: [Job] = []
  private var lastSweep: Date?
  private var overview = Overview()

  /// The table as it was read anew, by source, until it is joined.
  private var incoming: [MirrorEntry]?
  /// Images whose jobs changed since the last join.
  private var changedSources: Set<String> = []
  private var mustJoinAll = true
  private var mustListAll = true
  /// The next moment at which a row ends.
  private var nextExpiry: Date?

  /// The entry that is held of a mirror, where it says the same as one that was read anew: so that none is in memory
  /// twice.
  func held(_ entry: MirrorEntry) -> MirrorEntry {
    var (low, high) = (0, rows.count)
    while low < high {
      let middle = (low + high) / 2
      if rows[middle].id < entry.source { low = middle + 1 } else { high = middle }
    }
    guard low < rows.count, let held = rows[low].status?.entry, held == entry else { return entry }
    return held
  }

  mutating func apply(entries: [MirrorEntry], unreadable new: [UnreadableRow]) {
    // AWS gives them in any order, another one each time.
    let isSorted = zip(entries, entries.dropFirst()).allSatisfy { $0.source < $1.source }
    incoming = isSorted ? entries : entries.sorted { $0.source < $1.source }
    nextExpiry = nil
    if unreadable.map(\.unreadable) != new {
      unreadable = new.map { MirrorRow($0) }
      mustListAll = true
    }
  }

  /// Rows that were read anew one by one.
  mutating func apply(changed: [MirrorEntry]) {
    let bySource = Dictionary(changed.map { ($0.source, $0) }, uniquingKeysWith: { $1 })
    incoming = rows.compactMap { row in row.status.map { bySource[row.id] ?? $0.entry } }
    nextExpiry = nil
  }

  /// The mirrors whose jobs work, or did so when jobs were last taken.
  func mirrorsAtWork(_ new: [Job]) -> [MirrorEntry] {
    let (before, after) = (work(of: jobs), work(of: new))
    let atWork = [before, after].flatMap { $0.filter { $0.value.standing == .underWay }.keys }
    let sources = Set(atWork).union(Set(before.keys).subtracting(after.keys))
    if sources.isEmpty { return [] }
    return rows.compactMap(\.status).filter { $0.destinations.contains { sources.contains($0.source) } }.map(\.entry)
  }

  mutating func apply(jobs new: [Job]) {
    let (before, after) = (work(of: jobs), work(of: new))
    for (source, work) in after where before[source] != work { changedSources.insert(source) }
    for source in before.keys where after[source] == nil { changedSources.insert(source) }
    jobs = new
  }

  mutating func apply(lastSweep new: Date?) {
    if new != lastSweep { mustJoinAll = true }
    lastSweep = new
  }

  var hasLiveJobs: Bool { jobs.contains { $0.state.isLive } }

  /// Whether a row that was active is over by `now`.
  func hasExpired(since now: Date) -> Bool {
    nextExpiry.map { $0 <= now } ?? false
  }

  mutating func load(at now: Date) -> Load {
    let changed = join(now)
    if mustListAll || !changed.isEmpty { overview = Overview(rows + unreadable) }
    // A list takes many changes no sooner than a new table.
    let isAll = mustListAll || changed.count > rows.count / 2
    mustListAll = false
    return Load(
      at: now,
      mirrors: isAll
        ? .all(rows + unreadable)
        : .changed(Dictionary(uniqueKeysWithValues: changed.map { ($0, rows[$0]) })),
      jobs: jobs.map { JobRow($0, read: now) }, lastSweep: lastSweep, overview: overview)
  }

  /// Joins anew what may have changed since the last time.
  ///
  /// - Returns: the places of rows that did.
  private mutating func join(_ now: Date) -> [Int] {
    let isOver = hasExpired(since: now)
    var new: [MirrorRow?] = incoming.map(known) ?? rows
    let stale = new.indices.filter { place in
      new[place].map { mustJoinAll || isOver || hasChangedJobs($0) } ?? true
    }
    let entries = stale.compactMap { incoming?[$0] ?? rows[$0].status?.entry }
    // Those that ended by themselves have left what they did in their rows.
    let telling = jobs.filter { $0.state.isLive || $0.state == .cancelled }
    let joined = Snapshot.join(entries: entries, jobs: telling, lastSweep: lastSweep, now: now)
    for (place, status) in zip(stale, joined.mirrors) { new[place] = MirrorRow(status) }
    let before = rows
    rows = new.compactMap(\.self)
    if before.count != rows.count || !zip(before, rows).allSatisfy({ $0.id == $1.id }) { mustListAll = true }
    if nextExpiry == nil || isOver {
      nextExpiry = rows.compactMap(\.status?.entry.expires).filter { $0 > now }.min()
    }
    (incoming, changedSources, mustJoinAll) = (nil, [], false)
    return stale.filter { mustListAll || before[$0] != rows[$0] }
  }

  /// The rows that were joined before, in the order of the entries that they are of; nil for an entry that is new.
  private func known(_ entries: [MirrorEntry]) -> [MirrorRow?] {
    var rest = rows[...]
    return entries.map { entry in
      rest = rest.drop { $0.id < entry.source }
      return rest.first.flatMap { $0.status?.entry == entry ? $0 : nil }
    }
  }

  private func hasChangedJobs(_ row: MirrorRow) -> Bool {
    guard !changedSources.isEmpty, let status = row.status else { return false }
    return status.destinations.contains { changedSources.contains($0.source) }
  }

  private func live(_ jobs: [Job]) -> [Job] { jobs.filter(\.state.isLive) }

  /// What of a job a row shows that mirrors one of its images.
  private struct Work: Equatable {
    let job: String
    let state: JobState
    let standing: ImageStanding
    let destinations: [String]
    let progress: JobProgress?
  }

  /// By the sources of what live jobs have still to do.
  private func work(of jobs: [Job]) -> [String: Work] {
    var all: [String: Work] = [:]
    for job in live(jobs) {
      // That of a pack moves with each of its images: none of the others is to be joined anew for it.
      let progress = job.isPack ? nil : job.progress
      for (place, image) in job.images.enumerated() where all[image.source] == nil {
        let standing = job.standing(at: place)
        if standing == .through { continue }
        all[image.source] = Work(
          job: job.id, state: job.state, standing: standing, destinations: image.destinations, progress: progress)
      }
    }
    return all
  }
}
