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
  private var decoder: KeyDecoder
  private var bursts = Bursts()
  /// What the decoder's times count from.
  private let began = ContinuousClock.now
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
    decoder = KeyDecoder(charset: session.charset, sequences: session.sequences)
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
      let ready = poll(&sources, 2, patience)
      if ready < 0, errno != EINTR { break }
      if sources[1].revents != 0 { pipe.drain().forEach(handle(signal:)) }
      if sources[0].revents != 0 {
        readKeys(hangup: sources[0].revents & Int16(POLLHUP | POLLERR | POLLNVAL) != 0)
      } else if ready >= 0 {
        giveUpWaiting()
      }
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

  /// How long to wait for more of what has begun, in ms; -1 for ever where nothing has.
  private var patience: CInt {
    guard let deadline = decoder.deadline else { return -1 }
    let left = deadline - began.duration(to: .now)
    return left <= .zero ? 0 : CInt(clamping: Int64(left / .milliseconds(1)) + 1)
  }

  private func readKeys(hangup: Bool) {
    guard let bytes = session.read() else { return stop(.hangup) }
    if bytes.isEmpty { return }
    let now = ContinuousClock.now
    let (time, before) = (began.duration(to: now), decoder.inputs)
    let keys = decoder.feed(bytes, at: time)
    let inputs = decoder.inputs - before + (decoder.isPending ? 1 : 0)
    let isBurst = bursts.isBurst(inputs: inputs, at: time)
    if !keys.isEmpty { output.yield(.keys(keys, Arrival(at: now, isBurst: isBurst))) }
    if hangup { stop(.hangup) }
  }

  /// Nothing waits to be read: what had begun may have come to its end.
  private func giveUpWaiting() {
    let now = ContinuousClock.now
    let keys = decoder.expire(at: began.duration(to: now))
    if !keys.isEmpty { output.yield(.keys(keys, Arrival(at: now, isBurst: keys.count > 1))) }
  }

  private func grantWishes() {
    let wishes = inbox.withLock { inbox in
      defer {
        inbox.grid = nil
        inbox.wantsNotice = false
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
      if wishes.wantsNotice { output.yield(.painted(.now)) }
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
    session.end(flush: decoder.isPending)
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
