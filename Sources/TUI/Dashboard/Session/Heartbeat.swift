import Dispatch
import Support
import Terminal

/// Beats on a thread of its own, after pauses that may change, until it is stopped.
///
/// An idle dashboard wakes 1.87 to 1.93 times a second with it, and 1.93 to 2.00 times with a task that sleeps, which
/// wakes threads of libdispatch's own as well; 2 are the bound.
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
