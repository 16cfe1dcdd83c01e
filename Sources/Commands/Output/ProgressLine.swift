import Support

/// Shows how far long work is: a bar that is drawn over on a terminal, a plain line now and then elsewhere.
final class ProgressLine: Sendable {
  private struct State {
    var shown: ContinuousClock.Instant?
    var isDrawn = false
  }

  private let title: String
  private let isTerminal = Console.isTerminal(2)
  private let state = Lock(State())

  init(_ title: String) {
    self.title = title
  }

  /// Shows it unless something was shown just before: five times a second on a terminal, every ten seconds elsewhere.
  func show(_ done: Int, of total: Int, _ detail: String = "") {
    let pause: Duration = isTerminal ? .milliseconds(200) : .seconds(10)
    let isDue = state.withLock { state in
      let now = ContinuousClock.now
      if let shown = state.shown, now - shown < pause { return false }
      // A quick piece of work gets no line outside a terminal.
      let isFirst = state.shown == nil
      state.shown = now
      state.isDrawn = state.isDrawn || isTerminal
      return isTerminal || !isFirst
    }
    if isDue { draw(done, total, detail) }
  }

  private func draw(_ done: Int, _ total: Int, _ detail: String) {
    let counts = total > 0 ? "\(done) of \(total)" : "\(done)"
    guard isTerminal else { return Console.note("\(title): \(counts) \(detail.cleaned)") }
    let width = max(Console.width(2) ?? 80, 20)
    let filled = total > 0 ? min(done, total) * 20 / total : 0
    let bar = String(repeating: "#", count: filled) + String(repeating: ".", count: 20 - filled)
    let line = "\(title) [\(bar)] \(counts) \(detail.cleaned)".shortened(to: width - 1)
    Console.write("\r\u{1b}[K\(line)", to: 2)
  }

  /// Takes the bar away.
  func clear() {
    let wasDrawn = state.withLock { state in
      defer { state.isDrawn = false }
      return state.isDrawn
    }
    if wasDrawn { Console.write("\r\u{1b}[K", to: 2) }
  }
}
