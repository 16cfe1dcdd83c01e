import CCurl
import Glibc

/// Threads for calls that block. Signals are for the program's own threads.
enum Thread {
  /// Runs the body on a thread of its own; without one to be had, not at all.
  @discardableResult
  static func start(_ body: @escaping @Sendable () -> Void) -> pthread_t? {
    let work = Unmanaged.passRetained(Work(body))
    var id = pthread_t()
    let failure = pthread_create(
      &id, nil,
      { context in
        guard let context else { return nil }
        var all = sigset_t()
        sigfillset(&all)
        pthread_sigmask(SIG_BLOCK, &all, nil)
        Unmanaged<Work>.fromOpaque(context).takeRetainedValue().body()
        return nil
      }, work.toOpaque())
    guard failure == 0 else {
      work.release()
      return nil
    }
    return id
  }

  static func detach(_ body: @escaping @Sendable () -> Void) {
    if let id = start(body) { pthread_detach(id) }
  }

  private final class Work: Sendable {
    let body: @Sendable () -> Void
    init(_ body: @escaping @Sendable () -> Void) { self.body = body }
  }
}
