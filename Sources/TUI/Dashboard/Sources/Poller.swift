import FoundationEssentials
import MirrorCore
import Support

/// Keeps the dashboard in step with what is stored: asks for revisions, and reads only what changed. Each second while
/// jobs live or somebody does something, each 4.5 s while nothing happens.
actor Poller {
  /// Finished jobs that are kept in view.
  private static let finishedJobs = 200
  /// History items read.
  private static let historyItems = 500
  /// How long what has no revision to ask for is taken for current.
  private static let blindInterval = Duration.seconds(5)
  /// How long the table is taken for what was read: in AWS others change it too, who raise no number.
  private static let tableInterval = Duration.seconds(900)

  private let service: MirrorService
  private let post: @Sendable (Event) -> Void
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
  private var failures = 0
  private var isPolling = false
  /// Somebody did something just before: what comes of it is shown soon.
  private var busyUntil = ContinuousClock.now
  /// The timer waits until then after a failure.
  private var notBefore = ContinuousClock.now
  /// Much was read, and its memory not given back yet.
  private var hasReadMuch = false
  /// What takes long to read is not read again at once, however often it changes.
  private var noLoadBefore = ContinuousClock.now

  init(service: MirrorService, post: @escaping @Sendable (Event) -> Void) {
    self.service = service
    self.post = post
    (nudges, nudge) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
  }

  /// Works until the task is cancelled. Time goes on for the screen even while the store does not answer.
  nonisolated func run() async {
    await withDiscardingTaskGroup { group in
      group.addTask {
        for await _ in self.nudges { await self.poll() }
      }
      group.addTask {
        self.nudge.yield()
        while (try? await Task.sleep(for: await self.pause, tolerance: .milliseconds(200))) != nil {
          // A poll tells the time itself, unless it hangs.
          if await self.canPoll { self.nudge.yield() } else { self.post(.tick(.now)) }
        }
      }
    }
  }

  /// Reads everything again, at once.
  func reload() {
    wantsReload = true
    hurry()
  }

  /// Looks for what changed, at once: after an action, say.
  func hurry() {
    busyUntil = .now + .seconds(10)
    nudge.yield()
  }

  func watch(history scope: HistoryScope?) {
    guard scope != self.scope else { return }
    self.scope = scope
    guard let scope, scope != .all else { return }
    knownHistory.remove(scope)
    hurry()
  }

  private var canPoll: Bool { !isPolling && ContinuousClock.now >= notBefore }

  private var pause: Duration {
    // At rest no longer than libdispatch keeps threads that have nothing to do, 5 s: to make new ones costs more.
    stored.hasLiveJobs || failures > 0 || ContinuousClock.now < busyUntil ? .seconds(1) : .milliseconds(4500)
  }

  private func poll() async {
    isPolling = true
    defer { isPolling = false }
    do {
      try await load(try await revisionsNow())
      failures = 0
    } catch is CancellationError {
      return
    } catch {
      failures += 1
      let failure = Failure(error)
      let wait = failure.pause(after: failures)
      notBefore = .now + wait
      let now = Date.now
      return post(.loadFailed(failure, at: now, retry: now.addingTimeInterval(wait.seconds)))
    }
    // That of all shows how the drift went.
    for scope in [.all, scope].compactMap(\.self) where !knownHistory.contains(scope) { await loadHistory(of: scope) }
    if hasReadMuch { Memory.giveBack() }
    hasReadMuch = false
  }

  private func revisionsNow() async throws -> Revisions {
    let backend = service.backend
    return Revisions(
      table: try await backend.table.revision(), queue: try await backend.queue.revision(),
      history: try await backend.history.revision())
  }

  private func load(_ revisions: Revisions) async throws {
    let isBlind = loaded.map { .now - $0 >= Self.blindInterval } ?? true
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
      var (entries, unreadable): ([MirrorEntry], [UnreadableRow]) = ([], [])
      let (before, isFirst) = (stored, tableRead == nil)
      try await backend.table.forEachPage { [post] page in
        entries += page.entries.map(before.held)
        unreadable += page.unreadable
        // Of a large table the first page is to be seen before the rest is read.
        if isFirst, entries.count == page.entries.count, page.next != nil {
          var part = before
          part.take(entries: entries, unreadable: unreadable)
          post(.loading(part.load(at: now)))
        }
      }
      stored.take(entries: entries, unreadable: unreadable)
      tableRead = started
    }
    if queue || table { stored.take(jobs: try await backend.queue.jobs(finished: Self.finishedJobs)) }
    if history || table { stored.take(lastSweep: try await backend.history.lastSweep()) }
    if history { knownHistory = [] }
    let load = stored.load(at: now)
    if case .all = load.mirrors { hasReadMuch = true }
    post(.loaded(load))
    known = revisions
    loaded = .now
    noLoadBefore = .now + min((.now - started) * 4, .seconds(30))
    wantsReload = false
  }

  private func loadHistory(of scope: HistoryScope) async {
    do {
      let mirror: String? = if case .mirror(let id) = scope { id } else { nil }
      let limit = mirror == nil ? Self.historyItems : 50
      let items = try await service.backend.history.items(of: mirror, limit: limit)
      knownHistory.insert(scope)
      post(.history(items.map { HistoryRow($0) }, of: scope))
    } catch {
      post(.historyFailed(Failure(error).sentence, of: scope))
    }
  }
}

private struct Revisions: Equatable {
  var table: Int64?
  var queue: Int64?
  var history: Int64?
}
