public import Glibc

/// Threads for calls that block. Signals are for the program's own threads.
public enum Thread {
  /// Runs the body on a thread of its own; without one to be had, not at all.
  @discardableResult
  public static func start(_ body: @escaping @Sendable () -> Void) -> pthread_t? {
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

  /// The same without anybody who waits for its end.
  ///
  /// - Returns: whether there is one.
  @discardableResult
  public static func detach(_ body: @escaping @Sendable () -> Void) -> Bool {
    guard let id = start(body) else { return false }
    pthread_detach(id)
    return true
  }

  private final class Work: Sendable {
    let body: @Sendable () -> Void
    init(_ body: @escaping @Sendable () -> Void) { self.body = body }
  }
}
