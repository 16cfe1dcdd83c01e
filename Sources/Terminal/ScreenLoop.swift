import Glibc
import Support

/// What the screen's thread does: sleep until there are keys, signals or wishes, and see to them.
final class ScreenLoop {
  let session: TerminalSession
  private let inbox: Lock<Screen.Inbox>
  private let pipe: SelfPipe
  private let output: AsyncStream<Screen.Event>.Continuation
  private var signals = ScreenSignals()
  private var painter: Painter
  private var decoder = KeyDecoder()
  private var shown: (grid: Grid, cursor: Position?)?
  private var end: Screen.End?
  private var isOver = false

  init(
    _ options: Screen.Options, inbox: Lock<Screen.Inbox>, pipe: SelfPipe,
    output: AsyncStream<Screen.Event>.Continuation
  ) throws(ScreenError) {
    signals.install(pipe)
    do throws(ScreenError) {
      session = try TerminalSession(options)
    } catch {
      signals.restore()
      throw error
    }
    painter = Painter(hasColor: session.hasColor, isUTF8: session.isUTF8)
    self.inbox = inbox
    self.pipe = pipe
    self.output = output
  }

  func run() {
    output.yield(.resized(session.size))
    while !isOver {
      var sources = [
        pollfd(fd: session.input, events: Int16(POLLIN), revents: 0),
        pollfd(fd: pipe.readEnd, events: Int16(POLLIN), revents: 0),
      ]
      if poll(&sources, 2, -1) < 0, errno != EINTR { break }
      if sources[1].revents != 0 { pipe.drain().forEach(handle(signal:)) }
      if sources[0].revents != 0 { readKeys(hangup: sources[0].revents & Int16(POLLHUP | POLLERR | POLLNVAL) != 0) }
      grantWishes()
    }
    finish()
  }

  private func handle(signal byte: UInt8) {
    switch CInt(byte) {
    case SIGWINCH: resize()
    case SIGCONT: resume()
    case SIGTSTP: suspend()
    case SIGTERM, SIGHUP, SIGINT: stop(.signal(CInt(byte)))
    default: break
    }
  }

  private func readKeys(hangup: Bool) {
    let inputs = session.read()
    let keys = decoder.decode(inputs)
    if !keys.isEmpty { output.yield(.keys(keys)) }
    // A terminal that is readable and gives nothing is at its end, as one that hung up is.
    if hangup || (inputs.isEmpty && isAtEnd) { stop(.hangup) }
  }

  /// Whether the next read would give the end of the file. Nothing is lost: it is asked only when nothing waits.
  private var isAtEnd: Bool {
    var source = pollfd(fd: session.input, events: Int16(POLLIN), revents: 0)
    var waiting: CInt = 0
    return poll(&source, 1, 0) > 0 && ioctl(session.input, UInt(FIONREAD), &waiting) == 0 && waiting == 0
  }

  private func grantWishes() {
    let wishes = inbox.withLock { inbox in
      defer {
        inbox.grid = nil
        inbox.clipboard = nil
        inbox.wantsSuspension = false
        inbox.wantsRedraw = false
        inbox.wakeIsPending = false
      }
      return inbox
    }
    if wishes.wantsEnd { isOver = true }
    if isOver { return }
    if wishes.wantsSuspension { suspend() }
    if wishes.wantsRedraw {
      session.enter()
      painter.forget()
    }
    if let text = wishes.clipboard { session.copy(text) }
    if let grid = wishes.grid {
      shown = (grid, wishes.cursor)
      painter.paint(grid, cursor: wishes.cursor)
    } else if wishes.wantsRedraw {
      repaint()
    }
  }

  private func repaint() {
    guard let shown else { return }
    painter.paint(shown.grid, cursor: shown.cursor)
  }

  private func resize() {
    session.fitToWindow()
    painter.forget()
    output.yield(.resized(session.size))
  }

  /// Stops the whole process group, as the terminal's own ^Z would: whoever waits for us (a `make`) must stop too, or
  /// the shell never learns of it. Where nobody could wake us again, the kernel lets us go on.
  private func suspend() {
    session.leave()
    var standard = sigaction()
    var ours = sigaction()
    standard.__sigaction_handler.sa_handler = SIG_DFL
    sigaction(SIGTSTP, &standard, &ours)
    kill(0, SIGTSTP)
    // The stop may take a moment to reach this thread; SIGCONT, or the time-out, says that it is over.
    var source = pollfd(fd: pipe.readEnd, events: Int16(POLLIN), revents: 0)
    poll(&source, 1, 300)
    sigaction(SIGTSTP, &ours, nil)
    resume()
  }

  private func resume() {
    session.leave()
    session.enter()
    painter.forget()
    repaint()
    output.yield(.resized(session.size))
  }

  private func stop(_ reason: Screen.End) {
    end = end ?? reason
    isOver = true
  }

  private func finish() {
    session.end()
    signals.restore()
    if let end { output.yield(.ended(end)) }
    output.finish()
    let waiters = inbox.withLock { inbox in
      inbox.isOver = true
      defer { inbox.waiters = [] }
      return inbox.waiters
    }
    waiters.forEach { $0.resume() }
  }
}
