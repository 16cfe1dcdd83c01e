import FoundationEssentials
import Glibc
import Support
import Terminal

/// The dashboard as plain lines, one after the other: for screen readers, and for terminals that cannot move their
/// cursor. What one types is read a line at a time.
final class LinearFace: Face {
  let events: AsyncStream<Screen.Event>
  private let output: AsyncStream<Screen.Event>.Continuation
  private let spoken = Lock(Spoken())

  private struct Spoken {
    var state: State?
    /// Whether a line was read that was not answered: then there is something to say in any case.
    var isAsked = true
    /// Keys that all lines so far stand for: the answer to the last is the first state that has taken them all.
    var keys = 0

    /// Whether nothing can be told yet, neither what is there nor why it is not known.
    var isUnread: Bool { state.map { $0.fresh == nil && $0.failure == nil } ?? true }
  }

  init() {
    (events, output) = AsyncStream.makeStream(of: Screen.Event.self)
    // As of a screen: so there is something to say, and to answer, before any installation is open.
    output.yield(.resized(Size(rows: 24, columns: 80)))
    startThread { [self] in read() }
  }

  func show(_ state: State) -> Date? {
    let (lines, isAnswer) = spoken.withLock { spoken in
      let isAnswer = spoken.isAsked && state.presses >= spoken.keys
      defer { spoken.state = state }
      return (Speech(state, after: spoken.state, isAsked: isAnswer).lines, isAnswer)
    }
    // What was typed ahead of a question is no answer to it.
    if state.awaitsShowing, isatty(0) == 1 { tcflush(0, TCIFLUSH) }
    for line in lines { speak(line.cleaned) }
    if state.awaitsShowing { output.yield(.painted(.now)) }
    // Only then the next line is read.
    if isAnswer { spoken.withLock { $0.isAsked = false } }
    return nil
  }

  private func speak(_ line: String) {
    // Where nobody listens, there is nobody to tell that either.
    if writeAll(line + "\n", to: 1) == EPIPE { BrokenPipe.end() }
  }

  private func read() {
    let isScript = isatty(0) == 0
    let began = ContinuousClock.now
    var filter = LineFilter()
    while true {
      // One line is answered before the next is read, however many wait: a script hears what a person would, and
      // begins when a person would.
      while spoken.withLock({ $0.isAsked || isScript && $0.isUnread }) { usleep(2000) }
      if !isScript { giveUpWaiting(&filter, since: began) }
      guard let read = readLine() else { break }
      guard let line = filter.words(of: read, at: began.duration(to: .now)) else {
        speak("Skipped: a line with control characters or terminal escape sequences.")
        continue
      }
      let keys = spoken.withLock { spoken in
        let keys = LinearInput.keys(for: line, in: spoken.state)
        spoken.isAsked = true
        spoken.keys += keys.count
        return keys
      }
      output.yield(.keys(keys, Arrival()))
    }
    output.yield(.ended(.hangup))
    output.finish()
  }

  /// Waits for what a line began to go on, and has it given up where nothing comes. In vain for a script, which has no
  /// pauses of its own.
  private func giveUpWaiting(_ filter: inout LineFilter, since began: ContinuousClock.Instant) {
    while let deadline = filter.deadline {
      let left = deadline - began.duration(to: .now)
      var source = pollfd(fd: 0, events: Int16(POLLIN), revents: 0)
      let ready = poll(&source, 1, CInt(clamping: max(Int64(left / .milliseconds(1)) + 1, 0)))
      if ready > 0 { return }
      if ready == 0 { filter.expire(at: began.duration(to: .now)) }
    }
  }

  func perform(_ effect: Effect.Terminal) {
    switch effect {
    case .suspend: kill(getpid(), SIGTSTP)
    case .redraw: spoken.withLock { $0.state = nil }
    // Lines do not go, and nothing but plain ones comes from here.
    case .forget, .copy: break
    }
  }

  func close() async { output.finish() }
}
