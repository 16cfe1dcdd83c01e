import Glibc

/// Gives the terminal back when the program dies of a fault: neither Swift nor ncurses does.
///
/// A trap is SIGILL on x86 and SIGTRAP on ARM. The handler writes a reset prepared beforehand and restores the
/// terminal's modes. A fault then happens again under the handler that stood there before, the runtime's backtrace say;
/// a signal that somebody sent ends the program at once, since nothing would bring it again.
enum CrashReset {
  static let watched: [CInt] = [SIGILL, SIGTRAP, SIGSEGV, SIGBUS, SIGABRT, SIGFPE]

  /// - Parameter reset: what makes the terminal plain again: leave the other screen, show the cursor, and so on.
  static func arm(output: CInt, modes: termios, reset: [UInt8]) {
    disarm()
    let rescue = Rescue(output: output, modes: modes, reset: reset)
    let pointer = UnsafeMutablePointer<Rescue>.allocate(capacity: 1)
    pointer.initialize(to: rescue)
    armed = pointer
    var action = sigaction()
    action.__sigaction_handler.sa_sigaction = giveBackAndDie
    action.sa_flags = SA_SIGINFO
    for signal in watched { sigaction(signal, &action, pointer.pointee.previous + Int(signal)) }
  }

  static func disarm() {
    guard let pointer = armed else { return }
    for signal in watched { sigaction(signal, pointer.pointee.previous + Int(signal), nil) }
    armed = nil
    pointer.pointee.free()
    pointer.deinitialize(count: 1)
    pointer.deallocate()
  }

  /// Whether the terminal was given back, so that nothing may be painted any more.
  static var hasFired: Bool { armed?.pointee.hasFired ?? false }

  /// What the handler does to the terminal.
  static func giveBack() {
    guard let rescue = armed else { return }
    rescue.pointee.hasFired = true
    _ = write(rescue.pointee.output, rescue.pointee.reset, rescue.pointee.count)
    tcsetattr(rescue.pointee.output, TCSANOW, rescue.pointee.modes)
  }
}

/// Everything the handler touches, allocated beforehand: a handler must not allocate.
private struct Rescue {
  let output: CInt
  let modes: UnsafeMutablePointer<termios>
  let reset: UnsafeMutablePointer<UInt8>
  let count: Int
  let previous: UnsafeMutablePointer<sigaction>
  var hasFired = false

  init(output: CInt, modes: termios, reset: [UInt8]) {
    self.output = output
    self.modes = .allocate(capacity: 1)
    self.modes.initialize(to: modes)
    self.reset = .allocate(capacity: max(reset.count, 1))
    self.reset.initialize(from: reset, count: reset.count)
    count = reset.count
    previous = .allocate(capacity: 65)
    previous.initialize(repeating: sigaction(), count: 65)
  }

  func free() {
    modes.deallocate()
    reset.deallocate()
    previous.deallocate()
  }
}

private nonisolated(unsafe) var armed: UnsafeMutablePointer<Rescue>?

private let giveBackAndDie: @convention(c) (CInt, UnsafeMutablePointer<siginfo_t>?, UnsafeMutableRawPointer?) -> Void =
  {
    signal, info, _ in
    CrashReset.giveBack()
    guard let rescue = armed else { return }
    if let code = info?.pointee.si_code, code > 0 {
      sigaction(signal, rescue.pointee.previous + Int(signal), nil)
    } else {
      var standard = sigaction()
      standard.__sigaction_handler.sa_handler = SIG_DFL
      sigaction(signal, &standard, nil)
      raise(signal)
    }
  }
