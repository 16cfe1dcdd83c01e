import FoundationEssentials
import MirrorCore
import Support

/// Keeps the dashboard in step with what is stored: asks for revisions as often as `PollPace` says, and reads only what
/// changed.
actor Poller {
  /// Finished jobs that are kept in view.
  private static let finishedJobs = 200
  /// History items of one mirror.
  private static let mirrorItems = 50
  /// How long the table is taken for what was read: in AWS others change it too, who raise no number.
  private static let tableInterval = Duration.seconds(900)

  private let service: MirrorService
  private let post: @Sendable (Event) -> Void
  private let onBeat: @Sendable () -> Void
  private let nudges: AsyncStream<Void>
  private let nudge: AsyncStream<Void>.Continuation

  private var stored = StoredRows()
  private var known: Revisions?
  private var loaded: ContinuousClock.Instant?
  private var tableRead: ContinuousClock.Instant?
  private var wantsReload = true
  /// Whose history is shown, beside everybody's.
  private var scope: HistoryScope?
  private var knownHistory: Set<HistoryScope> = []
  private var past = StoredHistory()
  private var failures = 0
  private let rhythm: Lock<PollRhythm>
  private let heart = Heartbeat()
  private var toldInterval: Duration?
  /// What takes long to read is not read again at once, however often it changes.
  private var noLoadBefore = ContinuousClock.now

  /// - Parameter onBeat: called whenever time went on.
  init(
    service: MirrorService, post: @escaping @Sendable (Event) -> Void, onBeat: @escaping @Sendable () -> Void = {}
  ) {
    self.service = service
    self.post = post
    self.onBeat = onBeat
    rhythm = Lock(PollRhythm(isMetered: service.backend.isMetered))
    (nudges, nudge) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
  }

  /// Works until the task is cancelled. Time goes on for the screen even while the store does not answer.
  nonisolated func run() async {
    heart.start(pause: { [rhythm] in rhythm.withLock { $0.pause } }) { [rhythm, nudge, post, onBeat] in
      // A poll tells the time itself, unless it hangs.
      if rhythm.withLock({ $0.isDue }) { nudge.yield() } else { post(.tick(.now)) }
      onBeat()
    }
    defer { heart.stop() }
    nudge.yield()
    for await _ in nudges { await poll() }
  }

  /// Reads everything again, at once.
  func reload() {
    readAllAnew()
    hurry()
  }

  private func readAllAnew() {
    wantsReload = true
    past.forget()
  }

  /// Looks for what changed, at once: after an action, say.
  func hurry() {
    rhythm.withLock { $0.busyUntil = .now + .seconds(10) }
    nudge.yield()
    heart.retime()
  }

  /// Somebody is at the keyboard: what was looked at seldom is looked at soon.
  func stir() {
    let isLate = rhythm.withLock { rhythm in
      rhythm.stirred = .now
      return .now - rhythm.looked > .seconds(5) && .now >= rhythm.notBefore
    }
    if isLate { nudge.yield() }
  }

  func watch(history scope: HistoryScope?) {
    guard scope != self.scope else { return }
    self.scope = scope
    guard let scope, scope != .all else { return }
    knownHistory.remove(scope)
    hurry()
  }

  private func poll() async {
    let interval = rhythm.withLock { rhythm in
      (rhythm.isPolling, rhythm.looked) = (true, .now)
      return rhythm.pace.interval
    }
    defer {
      let (isFailing, hasLiveJobs) = (failures > 0, stored.hasLiveJobs)
      let isSooner = rhythm.withLock { rhythm in
        let before = rhythm.pause
        (rhythm.isPolling, rhythm.isFailing, rhythm.hasLiveJobs) = (false, isFailing, hasLiveJobs)
        return rhythm.pause < before
      }
      if isSooner { heart.retime() }
    }
    if interval != toldInterval { post(.pace(interval)) }
    toldInterval = interval
    do {
      try await load(try await revisionsNow())
      failures = 0
    } catch is CancellationError {
      return
    } catch {
      failures += 1
      let failure = Failure(error)
      // What takes its place may have any number of changes, the old one too.
      if failure.cause == .gone { readAllAnew() }
      let wait = failure.pause(after: failures)
      rhythm.withLock { $0.notBefore = .now + wait }
      let now = Date.now
      return post(.loadFailed(failure, at: now, retry: now.addingTimeInterval(wait.seconds)))
    }
    // That of all shows how the drift went.
    for scope in [.all, scope].compactMap(\.self) where !knownHistory.contains(scope) { await loadHistory(of: scope) }
  }

  private func revisionsNow() async throws -> Revisions {
    let backend = service.backend
    return Revisions(
      table: try await backend.table.revision(), queue: try await backend.queue.revision(),
      history: try await backend.history.revision())
  }

  private func load(_ revisions: Revisions) async throws {
    let isBlind = loaded.map { .now - $0 >= rhythm.withLock({ $0.pace.blind }) } ?? true
    func isNew(_ part: KeyPath<Revisions, Int64?>) -> Bool {
      guard !wantsReload, let before = known?[keyPath: part], let after = revisions[keyPath: part] else {
        return wantsReload || isBlind
      }
      return before != after
    }
    let isOld = tableRead.map { .now - $0 >= Self.tableInterval } ?? true
    let (table, queue, history) = (isNew(\.table) || isOld, isNew(\.queue), isNew(\.history))
    let now = Date.now
    guard table || queue || history || stored.hasExpired(since: now) else {
      post(.unchanged(now))
      return
    }
    // Until then what is shown ages, and says so.
    guard wantsReload || .now >= noLoadBefore else { return post(.tick(now)) }
    let started = ContinuousClock.now
    let backend = service.backend
    if table {
      if let changed = isOld ? nil : try await rowsOfJobs(revisions) {
        stored.apply(changed: changed)
      } else {
        try await readTable(at: now)
        tableRead = started
      }
    }
    if queue || table { stored.apply(jobs: try await backend.queue.jobs(finished: Self.finishedJobs)) }
    if history || table { stored.apply(lastSweep: try await backend.history.lastSweep()) }
    if history { knownHistory = [] }
    let load = stored.load(at: now)
    if !load.isSame || history { rhythm.withLock { $0.stirred = .now } }
    post(.loaded(load))
    known = revisions
    loaded = .now
    noLoadBefore = .now + min((.now - started) * 4, .seconds(30))
    wantsReload = false
  }

  private func readTable(at now: Date) async throws {
    var (entries, unreadable): ([MirrorEntry], [UnreadableRow]) = ([], [])
    let (before, isFirst) = (stored, tableRead == nil)
    try await service.backend.table.forEachPage { [post] page in
      entries += page.entries.map(before.held)
      unreadable += page.unreadable
      // Of a large table the first page is to be seen before the rest is read.
      if isFirst, entries.count == page.entries.count, page.next != nil {
        var part = before
        part.apply(entries: entries, unreadable: unreadable)
        post(.loading(part.load(at: now)))
      }
    }
    stored.apply(entries: entries, unreadable: unreadable)
  }

  /// Jobs write what they saw into their rows. Where as many of these changed as changes were counted, nothing else did,
  /// and the rest of a table that costs by its size need not be read.
  private func rowsOfJobs(_ revisions: Revisions) async throws -> [MirrorEntry]? {
    guard service.backend.isMetered, !wantsReload, let before = known?.table, let after = revisions.table else {
      return nil
    }
    let (raised, isOdd) = after.subtractingReportingOverflow(before)
    if isOdd { return nil }
    let candidates = stored.mirrorsAtWork(try await service.backend.queue.jobs(finished: Self.finishedJobs))
    guard (1...Int64(Self.mostSingleRows)).contains(raised), candidates.count <= Self.mostSingleRows else { return nil }
    var changed: [MirrorEntry] = []
    for before in candidates {
      guard let now = try? await service.backend.table.entry(before.source) else { return nil }
      if now != before { changed.append(now) }
    }
    return changed.count == raised ? changed : nil
  }

  private static let mostSingleRows = 25

  private func loadHistory(of scope: HistoryScope) async {
    do {
      let items = try await items(of: scope)
      knownHistory.insert(scope)
      post(.history(items.map { HistoryRow($0) }, of: scope))
    } catch is CancellationError {
      return
    } catch {
      post(.historyFailed(Failure(error).sentence, of: scope))
    }
  }

  private func items(of scope: HistoryScope) async throws -> [HistoryItem] {
    let history = service.backend.history
    if case .mirror(let id) = scope { return try await history.items(of: id, limit: Self.mirrorItems) }
    var new = past
    let items = try await new.refresh(history)
    past = new
    return items
  }
}

private struct Revisions: Equatable {
  var table: Int64?
  var queue: Int64?
  var history: Int64?
}
