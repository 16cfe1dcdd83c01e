import MirrorCore
import Support

/// Tells how timer and machinery stand: as often as asking for it may cost, and at once after somebody changed it.
struct AutomationWatcher: Sendable {
  /// How often a run under way is looked at, which changes soon.
  private static let soonest = Duration.seconds(5)

  private let automation: any Automation
  private let post: @Sendable (Event) -> Void
  private let nudges: AsyncStream<Void>
  private let nudge: AsyncStream<Void>.Continuation
  private let asked = Lock(Asked())

  private struct Asked {
    var at: ContinuousClock.Instant?
    /// Whether a run was under way the last time.
    var foundRun = false
  }

  init(_ automation: any Automation, post: @escaping @Sendable (Event) -> Void) {
    self.automation = automation
    self.post = post
    (nudges, nudge) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
  }

  /// Time went on: asks again where that is due.
  func beat() {
    let isDue = asked.withLock { asked in
      let pace = asked.foundRun ? Self.soonest : automation.pace
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
        asked.withLock { $0.foundRun = status.run != nil }
        if status != last { post(.automation(status)) }
        last = status
      } catch is CancellationError {
        return
      } catch {
        // What was seen before stands: it is tried again, and said once.
        if !isFailing { post(.message(.failure("cannot see how the timer and the queues stand", error))) }
        isFailing = true
      }
    }
  }
}
