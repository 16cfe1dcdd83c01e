import MirrorCore
import Support

/// Tells how timer and machinery stand: as often as asking for it may cost, and at once after somebody changed it.
struct AutomationWatcher: Sendable {
  private let automation: any Automation
  private let post: @Sendable (Event) -> Void
  private let nudges: AsyncStream<Void>
  private let nudge: AsyncStream<Void>.Continuation

  init(_ automation: any Automation, post: @escaping @Sendable (Event) -> Void) {
    self.automation = automation
    self.post = post
    (nudges, nudge) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
  }

  /// Works until the task is cancelled.
  func run() async {
    await withDiscardingTaskGroup { group in
      group.addTask {
        repeat { hurry() } while (try? await Task.sleep(for: automation.pace, tolerance: .seconds(1))) != nil
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
