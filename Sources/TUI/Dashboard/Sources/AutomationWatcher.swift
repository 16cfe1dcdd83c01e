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
  /// Whether a run was under way the last time.
  private let isRunning = Lock(false)

  init(_ automation: any Automation, post: @escaping @Sendable (Event) -> Void) {
    self.automation = automation
    self.post = post
    (nudges, nudge) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
  }

  /// Works until the task is cancelled.
  func run() async {
    await withDiscardingTaskGroup { group in
      group.addTask {
        var last: ContinuousClock.Instant?
        repeat {
          if let last, .now - last < automation.pace, !isRunning.withLock({ $0 }) { continue }
          last = .now
          hurry()
        } while (try? await Task.sleep(for: Self.soonest, tolerance: .seconds(1))) != nil
      }
      group.addTask { await watch() }
    }
  }

  func hurry() { nudge.yield() }

  private func watch() async {
    var last: AutomationStatus?
    var isFailing = false
    for await _ in nudges {
      do {
        let status = try await automation.status()
        isFailing = false
        isRunning.withLock { $0 = status.run != nil }
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
