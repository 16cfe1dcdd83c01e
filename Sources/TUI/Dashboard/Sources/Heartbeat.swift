import Glibc
import Support
import Terminal

/// Beats on a thread of its own, after pauses that may change, until it is stopped.
///
/// A task that sleeps wakes three threads for each beat, two of them libdispatch's own; this wakes one, all day long.
struct Heartbeat: Sendable {
  private let isOver = Lock(false)

  init(pause: @escaping @Sendable () -> Duration, _ beat: @escaping @Sendable () -> Void) {
    startThread { [isOver] in
      while true {
        usleep(useconds_t(pause().seconds * 1_000_000))
        if isOver.withLock({ $0 }) { return }
        beat()
      }
    }
  }

  func stop() {
    isOver.withLock { $0 = true }
  }
}
