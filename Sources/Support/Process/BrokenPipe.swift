import Glibc

/// Writes to a pipe or socket that nobody reads any more: SIGPIPE ends a program that does not see to it.
public enum BrokenPipe {
  /// From here on such a write fails with EPIPE. To be called first of all; children get the signal back from
  /// swift-subprocess, which resets what they inherit.
  public static func survive() {
    signal(SIGPIPE, SIG_IGN)
  }

  /// Ends the program as every other tool ends whose output nobody reads, as before `| head`: by the signal, without a
  /// word.
  public static func end() -> Never {
    signal(SIGPIPE, SIG_DFL)
    var pipes = sigset_t()
    sigemptyset(&pipes)
    sigaddset(&pipes, SIGPIPE)
    pthread_sigmask(SIG_UNBLOCK, &pipes, nil)
    raise(SIGPIPE)
    exit(128 + SIGPIPE)
  }
}
