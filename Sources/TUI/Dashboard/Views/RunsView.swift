import MirrorCore
import Support
import Terminal

extension View {
  /// Runs and checks of everything, and the timer that starts runs.
  static let runs = View(
    "Runs",
    .list(\.runs, of: { $0.runsOfHistory }) { state in
      state.historyError.map { ["the runs cannot be read: \($0)"] } ?? ["no runs or full checks yet"]
    },
    tab: Tab("4", "runs and checks, with what each found and did"),
    operations: [.run, .timer], hints: [.run, .timer],
    watch: { _, _ in Watch(history: .all) },
    counts: { state, brush in
      let timer = state.timerSpans(&brush)
      return timer.isEmpty ? state.countsOfDestinations : timer
    },
    spoken: { state, title in
      var brush = Brush(now: state.now, symbols: .ascii)
      let timer = state.timerSpans(&brush).map(\.text).joined()
      return timer.isEmpty ? [title] : [title, "\(timer)."]
    })
}

extension Place {
  static let runs = Place(.runs)
}

extension State {
  fileprivate var runsOfHistory: [RunRow] {
    history.rows.compactMap { row in if case .run(let record) = row.item { RunRow(record) } else { nil } }
  }

  /// The timer in a line: its schedule, when the next run is due, the one under way, when the last one began; nothing before it is known.
  fileprivate func timerSpans(_ brush: inout Brush) -> [Span] {
    guard let timer = automation?.timer else { return [] }
    var parts: [[Span]] = []
    if let schedule = timer.schedule { parts.append([Span(schedule.cleaned, .title)]) }
    if timer.isPaused {
      parts.append([Span("paused", .warning)])
    } else if timer.schedule == nil {
      parts.append([Span("none: no run starts automatically", .faint)])
    }
    if let next = timer.next { parts.append([Span("next ", .faint), Span(next <= now ? "due" : brush.end(next))]) }
    if let run = automation?.run {
      let age = run.since.map { " for \(brush.age($0))" } ?? ""
      parts.append([Span("run in progress\(age)", .busy), Span(", by ", .faint), Span(run.holder.cleaned)])
    }
    let last = runs.rows.filter { $0.record.kind == .run }.map(\.record.started).max()
    if let last { parts.append([Span("last run ", .faint), Span("\(brush.age(last)) ago")]) }
    return [Span("timer ", .faint)] + parts.joined(separator: [Span("  ")])
  }
}
