import MirrorCore
import Support

/// Tells how timer and machinery stand: as often as asking for it may cost, and at once after somebody changed it.
struct AutomationWatcher: Sendable {
  /// How often a run under way is looked at, which changes soon.
  private static let soonest = Duration.seconds(5)

  /// How often a queue without a worker is woken at most.
  private static let wakePause = Duration.seconds(30)

  private let automation: any Automation
  /// What to wake when jobs wait and no worker lives to do them; nil where nothing may be changed.
  private let queue: (any JobQueue)?
  private let post: @Sendable (Event) -> Void
  private let nudges: AsyncStream<Void>
  private let nudge: AsyncStream<Void>.Continuation
  private let asked = Lock(Asked())

  private struct Asked {
    var at: ContinuousClock.Instant?
    /// Whether a run was under way the last time, or a worker was to come.
    var isMoving = false
    var woke: ContinuousClock.Instant?
  }

  init(_ automation: any Automation, waking queue: (any JobQueue)?, post: @escaping @Sendable (Event) -> Void) {
    self.automation = automation
    self.queue = queue
    self.post = post
    (nudges, nudge) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
  }

  /// Time went on: asks again where that is due.
  func beat() {
    let isDue = asked.withLock { asked in
      let pace = asked.isMoving ? Self.soonest : automation.pace
      guard asked.at.map({ .now - $0 >= pace }) ?? true else { return false }
      asked.at = .now
      return true
    }
    if isDue { hurry() }
  }

  func hurry() { nudge.yield() }

  /// Works until the task is cancelled.
  func run() async {
    beat()
    var last: AutomationStatus?
    var isFailing = false
    for await _ in nudges {
      do {
        let status = try await automation.status()
        isFailing = false
        let wakes = await wake(status)
        asked.withLock { $0.isMoving = status.run != nil || wakes }
        if status != last { post(.automation(status)) }
        last = status
      } catch is CancellationError {
        return
      } catch {
        // What was seen before stands: it is tried again, and said once.
        if !isFailing { post(.message(.failure("cannot read the status of the timer and the queues", error))) }
        isFailing = true
      }
    }
  }

  /// Starts a worker where one was lost: nobody else need come by for the jobs to go on.
  ///
  /// - Returns: whether one was to be started.
  private func wake(_ status: AutomationStatus) async -> Bool {
    guard let queue, status.faults.contains(where: { $0.kind == .worker }) else { return false }
    let isDue = asked.withLock { asked in
      guard asked.woke.map({ .now - $0 >= Self.wakePause }) ?? true else { return false }
      asked.woke = .now
      return true
    }
    guard isDue else { return true }
    do {
      try await queue.wake()
    } catch {
      post(.message(.failure("cannot start a worker for the queued jobs", error)))
    }
    return true
  }
}
