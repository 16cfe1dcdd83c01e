import Terminal

extension State {
  /// What the row under the cursor is about, in full: above the footer, under a line where there is room for that. A
  /// message stands in place of the second line while it is shown.
  func drawSummary(_ canvas: inout Canvas, _ layout: Layout) {
    guard let row = layout.summary else { return }
    if let rule = layout.rule {
      canvas.put(String(repeating: symbols.line, count: size.columns), .faint, row: rule, column: 0)
    }
    guard let summary = list?.summary else { return }
    for (offset, spans) in summary.lines(size.columns - 2, symbols).prefix(2).enumerated() {
      canvas.put(spans.map { Span($0.text, $0.role) }, row: row + offset, column: 1, limit: size.columns)
    }
  }
}
