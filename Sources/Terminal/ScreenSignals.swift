import Glibc

/// The signals a screen has to know of, brought into its pipe while it is open. One screen at a time.
///
/// Installed before ncurses, which takes only those that still stand at their defaults; its own handlers are not safe
/// beside threads.
struct ScreenSignals {
  static let watched: [CInt] = [SIGWINCH, SIGCONT, SIGTSTP, SIGTERM, SIGHUP, SIGINT]

  private var previous: [CInt: sigaction] = [:]

  mutating func install(_ pipe: SelfPipe) {
    signalPipe = pipe.writeEnd
    var action = sigaction()
    action.__sigaction_handler.sa_handler = noteSignal
    action.sa_flags = SA_RESTART
    for signal in Self.watched {
      var old = sigaction()
      sigaction(signal, &action, &old)
      previous[signal] = old
    }
  }

  mutating func restore() {
    for (signal, var old) in previous { sigaction(signal, &old, nil) }
    previous = [:]
    signalPipe = -1
  }
}

/// Read by a signal handler: a plain descriptor, written while no handler is installed.
private nonisolated(unsafe) var signalPipe: CInt = -1

/// Only what POSIX allows in a handler: one `write`, and `errno` as it was.
private let noteSignal: @convention(c) (CInt) -> Void = { signal in
  let before = errno
  var byte = UInt8(truncatingIfNeeded: signal)
  _ = write(signalPipe, &byte, 1)
  errno = before
}
