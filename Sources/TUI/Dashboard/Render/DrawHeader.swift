import FoundationEssentials
import MirrorCore
import Support
import Terminal

extension State {
  func drawHeader(_ canvas: inout Canvas, _ layout: Layout) {
    drawTitle(&canvas)
    if let row = layout.counts { drawCounts(&canvas, row) }
    drawFailure(&canvas, layout)
    if let row = layout.crumbs { drawCrumbs(&canvas, row) }
  }

  /// Program, installation, read-only mark; how live it is.
  private func drawTitle(_ canvas: inout Canvas) {
    canvas.grid.fill(row: 0, column: 0, columns: size.columns, style: canvas.style(.bar))
    let live = liveness(&canvas.brush)
    let room = size.columns - live.columns - 1
    canvas.put(live, .bar, row: 0, column: max(room, 0))
    var at = 1 + canvas.put("ecrmirror", .bar, row: 0, column: 1, width: max(room - 2, 0))
    canvas.grid.restyle(row: 0, column: 1, columns: at - 1) { $0.adding(.bold) }
    let mark =
      (context.isProduction ? "  PRODUCTION" : "") + (context.isReadOnly ? "  READ-ONLY" : "")
      + (automation?.timer.isPaused == true ? "  TIMER PAUSED" : "")
    at += 2
    if room - at > 4 {
      at += canvas.put(context.name, .bar, row: 0, column: at, width: room - at - mark.columns - 1, cut: .start)
    }
    if !mark.isEmpty, room - at > 2 { canvas.put(mark, .bar, row: 0, column: at, width: room - at - 1) }
  }

  private func liveness(_ brush: inout Brush) -> String {
    var parts: [String] = []
    if let opening { parts += ["opening \(opening.shortened(to: 30))", symbols.separator] }
    if !sweeps.isEmpty {
      let looked = sweeps.compactMap(\.progress?.looked).reduce(0, +)
      let known = sweeps.compactMap(\.progress?.known).reduce(0, +)
      let titles = Set(sweeps.map(\.kind.title))
      parts.append(titles.count == 1 ? titles.first ?? "" : "checking")
      parts.append(known > 0 ? "\(looked)/\(known)" : "")
      parts.append(symbols.separator)
    }
    if sweeps.isEmpty, automation?.run != nil { parts += ["run in progress", symbols.separator] }
    if let fresh {
      parts.append(isStale ? "data \(brush.age(fresh)) old" : liveWord)
    } else {
      parts.append(failure == nil ? "reading" : "no data")
    }
    return parts.filter { !$0.isEmpty }.joined(separator: " ")
  }

  private var liveWord: String { pace > .seconds(5) ? "every \(pace.brief)" : "live" }

  /// The view's counts at the left, its jobs at the right of them. Where there is no room for all, the jobs give way to
  /// the counts, and of those the least urgent to a word that says how many there are.
  private func drawCounts(_ canvas: inout Canvas, _ row: Int) {
    let counts = place.view.counts(self, &canvas.brush)
    // What is under way goes before how it went.
    let batch = batchSpans(now) ?? []
    let isBoth = size.columns >= 100
    let drift = batch.isEmpty ? driftSpans : isBoth ? batch + [Span("  ")] + driftSpans : batch
    let fitting = Self.fit(counts, to: size.columns - 2 - (drift.isEmpty ? 0 : drift.columns + 2))
    let end = canvas.put(fitting, row: row, column: 1, limit: size.columns)
    canvas.put(right: drift, row: row, end: size.columns - 1, start: end + 1)
    if !batch.isEmpty { return }
    canvas.put(right: place.view.jobs(self), row: row, end: size.columns - drift.columns - 2, start: end + 2)
  }

  /// Counts with two spaces between them, the most urgent first: as many as there is room for.
  private static func fit(_ counts: [Span], to width: Int) -> [Span] {
    if counts.columns <= width { return counts }
    let items = counts.split { $0.text == "  " }
    for shown in (0..<items.count).reversed() {
      let more = [[Span("and \(items.count - shown) more", .faint)][...]]
      let spans = Array((items.prefix(shown) + more).joined(separator: [Span("  ")]))
      if spans.columns <= width { return spans }
    }
    return counts
  }

  /// Destinations by state, the worst first.
  var countsOfDestinations: [Span] { counts(overview.counts) }

  func counts(_ counts: [Overview.Count]) -> [Span] {
    Array(counts.map { [Span($0.word, $0.role), Span(" \($0.count)", .title)] }.joined(separator: [Span("  ")]))
  }

  /// How many jobs run, and how many wait.
  var jobsUnderWay: [Span] {
    let running = (jobCounts[.running] ?? 0) + (jobCounts[.starting] ?? 0)
    let waiting = [JobState.submitted, .pending, .runnable].reduce(0) { $0 + (jobCounts[$1] ?? 0) }
    var jobs: [Span] = []
    if running > 0 { jobs += [Span("running", .busy), Span(" \(running)", .title), Span("  ")] }
    if waiting > 0 { jobs += [Span("queued", .plain), Span(" \(waiting)", .title), Span("  ")] }
    return jobs.isEmpty ? [Span("no active jobs ", .faint)] : [Span("jobs: ", .faint)] + jobs
  }

  /// What the last runs found out of step, oldest first.
  private var driftSpans: [Span] {
    let last = runs.rows.sorted { $0.record.started < $1.record.started }.suffix(size.columns >= 100 ? 24 : 8)
    guard size.columns >= 60, last.count > 1 else { return [] }
    let drift = last.map(\.drift)
    return [Span("drift ", .faint), Span(symbols.sparkline(drift), .busy), Span(" \(drift.last ?? 0)", .title)]
  }

  /// The views, the one that is shown standing out, and what narrows it.
  private func drawCrumbs(_ canvas: inout Canvas, _ row: Int) {
    var at = 1
    let narrowing = narrowingSpans
    let room = size.columns - narrowing.reduce(3) { $0 + $1.text.columns }
    let tabs = View.tabs
    let isNarrow = trail.count > 1 && size.columns < 120
    let shown = isNarrow ? tabs.filter { trail.first?.view == $0 } : tabsWithRoom(room)
    for tab in shown {
      let isHere = trail.first?.view == tab
      let role: Role = isHere ? .title : tab.alarms(self) > 0 ? .bad : .faint
      let width = label(tab).columns
      canvas.put(label(tab), role, row: row, column: at)
      if isHere { canvas.grid.restyle(row: row, column: at, columns: width) { $0.adding(.underline) } }
      at += width + 2
    }
    if !isNarrow, shown.count < tabs.count {
      at += canvas.put(String(symbols.ellipsis), .faint, row: row, column: at) + 2
    }
    for place in trail.dropFirst() where at < size.columns - 4 {
      let spans = [Span("\(symbols.crumb) ", .faint), Span(place.view.name(self, place.id), .title)]
      at = canvas.put(spans, row: row, column: at) + 1
    }
    canvas.put(right: narrowing, row: row, end: size.columns - 1, start: at + 1)
  }

  /// As many as there is room for with a sign that there are more: the one that is shown and those where something needs
  /// a person go last.
  private func tabsWithRoom(_ room: Int) -> [View] {
    var shown = View.tabs
    func width() -> Int { shown.reduce(shown.count < View.tabs.count ? 3 : 0) { $0 + label($1).columns + 2 } }
    while width() > room, let last = shown.lastIndex(where: { $0 != trail.first?.view && $0.alarms(self) == 0 }) {
      shown.remove(at: last)
    }
    return shown
  }

  private func label(_ tab: View) -> String {
    let alarms = tab.alarms(self)
    return alarms > 0 ? "\(tab.title) \(alarms)" : tab.title
  }

  private var narrowingSpans: [Span] {
    guard let list else { return [] }
    var spans: [Span] = []
    if list.markCount > 0 { spans.append(Span("\(list.markCount) marked  ", .marked)) }
    if !list.filter.text.isEmpty { spans.append(Span("/\(list.filter.text.shortened(to: 30))  ", .key)) }
    if let name = list.groupingName, !list.isGroupedAsAtFirst { spans.append(Span("by \(name)  ", .faint)) }
    spans.append(Span(list.filter.isEmpty ? "\(list.total)" : "\(list.shown) of \(list.total)", .faint))
    return spans
  }
}
