import MirrorCore
import Support

extension State {
  /// The timer in a line: its schedule, when the next run is due, the one under way, when the last one began; nothing before it is known.
  func timerSpans(_ brush: inout Brush) -> [Span] {
    guard let timer = automation?.timer else { return [] }
    var parts: [[Span]] = []
    if let schedule = timer.schedule { parts.append([Span(schedule.cleaned, .title)]) }
    if timer.isPaused {
      parts.append([Span("paused", .warning)])
    } else if timer.schedule == nil {
      parts.append([Span("none: no run starts by itself", .faint)])
    }
    if let next = timer.next { parts.append([Span("next ", .faint), Span(next <= now ? "due" : brush.end(next))]) }
    if let run = automation?.run {
      let age = run.since.map { " for \(brush.age($0))" } ?? ""
      parts.append([Span("run under way\(age)", .busy), Span(", by ", .faint), Span(run.holder.cleaned)])
    }
    let last = runs.rows.filter { $0.record.kind == .run }.map(\.record.started).max()
    if let last { parts.append([Span("last began ", .faint), Span("\(brush.age(last)) ago")]) }
    return [Span("timer ", .faint)] + parts.joined(separator: [Span("  ")])
  }

  func faultText(_ id: String, _ width: Int, _ brush: inout Brush) -> [Line] {
    var page = TextPage(width: width)
    guard let row = problems.rows.first(where: { $0.place == .fault(id) }) else {
      page.paragraph("this is no longer so", .good)
      return page.lines
    }
    page.field(row.word, row.subject, .title, labels: 14)
    page.field("what is wrong", row.reason, row.role, labels: 14)
    page.field("what to do", row.advice, labels: 14)
    if let since = row.since { page.field("since", moment(since, &brush), labels: 14) }
    return page.lines
  }
}
