import Terminal

extension State {
  /// The command line in the message's place, and above it what could stand there.
  func draw(_ entry: CommandEntry, _ canvas: inout Canvas, _ layout: Layout) {
    let row = layout.message
    canvas.grid.fill(row: row, column: 0, columns: size.columns, style: .plain)
    canvas.put(":", .key, row: row, column: 0)
    canvas.draw(entry.field, row: row, column: 1, width: max(size.columns - 2, 1), hasCursor: true)
    if let error = entry.error {
      drawAbove([[Span(error, .bad)]], &canvas, layout)
      return
    }
    let candidates = candidates(for: entry.asked)
    if candidates.isEmpty {
      // What follows a command may be any text.
      let words = keys.binding(named: entry.name)?.help ?? "unknown command"
      return drawAbove([[Span(words, .faint)]], &canvas, layout)
    }
    let most = max(min(layout.bodyHeight - 1, 12), 1)
    let first = min(max((entry.chosen ?? 0) - most + 1, 0), max(candidates.count - most, 0))
    let labels = candidates.reduce(0) { max($0, $1.text.columns) } + 2
    var lines = candidates.enumerated().dropFirst(first).prefix(most).map { place, candidate in
      let name = candidate.text + String(repeating: " ", count: max(labels - candidate.text.columns, 0))
      return [Span(name, place == entry.chosen ? .bar : .key), Span(candidate.help, .faint)]
    }
    let rest = candidates.count - first - most
    if rest > 0, most > 1 {
      lines.removeLast()
      lines.append([Span("and \(rest + 1) more", .faint)])
    }
    drawAbove(lines, &canvas, layout)
  }

  private func drawAbove(_ lines: [[Span]], _ canvas: inout Canvas, _ layout: Layout) {
    let lines = lines.suffix(max(layout.bodyHeight, 0))
    let top = layout.message - lines.count
    for (offset, spans) in lines.enumerated() {
      canvas.grid.fill(row: top + offset, column: 0, columns: size.columns, style: .plain)
      canvas.put(spans, row: top + offset, column: 1, limit: size.columns)
    }
  }
}
