import Dispatch
import Support
import Terminal

/// Beats on a thread of its own, after pauses that may change, until it is stopped.
///
/// A task that sleeps wakes three threads for each beat, two of them libdispatch's own; this wakes one, all day long.
final class Heartbeat: Sendable {
  private let isOver = Lock(false)
  private let alarm = DispatchSemaphore(value: 0)

  func start(pause: @escaping @Sendable () -> Duration, _ beat: @escaping @Sendable () -> Void) {
    startThread { [isOver, alarm] in
      while true {
        let isEarly = alarm.wait(timeout: .now() + pause().seconds) == .success
        if isOver.withLock({ $0 }) { return }
        if !isEarly { beat() }
      }
    }
  }

  /// The pause has become another one: it begins anew.
  func retime() { alarm.signal() }

  func stop() {
    isOver.withLock { $0 = true }
    alarm.signal()
  }
}
