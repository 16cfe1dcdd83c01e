import MirrorCore
import Support
import Terminal

extension State {
  func draw(_ question: Confirmation, _ canvas: inout Canvas, _ layout: Layout) {
    let width = min(size.columns, 80)
    var page = TextPage(width: width - 2)
    if layout.bodyHeight < 5 {
      let others = question.subjects.count > 1 ? " +\(question.subjects.count - 1)" : ""
      page.spans([
        Span("\(question.verb)? \(question.typed.map { "type \($0): \(question.field.text)" } ?? "(y/n)")", .title)
      ])
      page.spans([Span((question.subjects.first ?? "").tail(width - 3 - others.count) + others)])
      canvas.box(page.lines, width: width, layout)
      return
    }
    page.paragraph(question.question, .title)
    let sentences = [question.consequence, question.warning].filter { !$0.isEmpty }
    let consequence = sentences.reduce(1) { $0 + $1.wrapped(to: max(width - 4, 8)).count }
    // What it is about and the buttons come first: where there is no room, the consequence goes.
    let lines = max(layout.bodyHeight - page.lines.count - 1, 1)
    let isRoomy = lines >= consequence + 3
    let room = isRoomy ? lines - consequence - 2 : lines
    let shown = question.subjects.count > room ? max(room - 1, 1) : room
    for index in 0..<min(shown, question.subjects.count) {
      page.spans([Span(question.subject(index, width: width - 6, canvas.brush.symbols))], indent: 3)
    }
    let rest = question.subjects.count - shown
    if rest > 0, room > 1 { page.spans([Span("and \(rest) more", .faint)], indent: 3) }
    if isRoomy {
      page.paragraph(question.consequence, .faint)
      if !question.warning.isEmpty { page.paragraph(question.warning, .warning) }
      page.gap()
    }
    if let typed = question.typed {
      let prompt = "Type \"\(typed)\" to confirm: "
      page.spans([Span(prompt, .title), Span(question.field.text, question.isTypedRight ? .good : .plain)])
      let inner = canvas.box(page.lines, width: width, layout)
      let row = inner.row + min(page.lines.count, inner.height) - 1
      canvas.cursor = Position(
        row: row, column: min(inner.column + prompt.columns + question.field.text.columns, size.columns - 1))
      return
    }
    let (no, yes) = ("[ No ]", "[ \(question.verb) ]")
    page.spans([
      Span(no, question.isYesChosen ? .plain : .bar), Span("  "), Span(yes, question.isYesChosen ? .bar : .plain),
    ])
    canvas.box(page.lines, width: width, layout)
  }
}

extension Canvas {
  /// A framed box in the middle of the body, with lines in it.
  ///
  /// - Returns: where its inside begins and how many lines it has.
  @discardableResult
  mutating func box(_ lines: [Line], width: Int, _ layout: Layout) -> (row: Int, column: Int, height: Int) {
    let frame = layout.bodyHeight >= lines.count + 2 ? 1 : 0
    let height = min(lines.count + 2 * frame, layout.bodyHeight)
    let top = layout.bodyTop + (layout.bodyHeight - height) / 2
    let left = (layout.size.columns - width) / 2
    cursor = nil
    grid.fill(row: top, column: left, rows: height, columns: width, style: .plain)
    if frame == 1 { self.frame(row: top, column: left, rows: height, columns: width) }
    for (offset, line) in lines.prefix(height - 2 * frame).enumerated() {
      put(line.spans, row: top + frame + offset, column: left + 1 + line.indent, limit: left + width - 1)
    }
    return (top + frame, left + 2, height - 2 * frame)
  }

  private mutating func frame(row: Int, column: Int, rows: Int, columns: Int) {
    let isASCII = brush.symbols.isASCII
    let (across, down) = isASCII ? ("-", "|") : ("─", "│")
    let corners = isASCII ? ["+", "+", "+", "+"] : ["┌", "┐", "└", "┘"]
    let line = String(repeating: across, count: max(columns - 2, 0))
    put(corners[0] + line + corners[1], .faint, row: row, column: column)
    put(corners[2] + line + corners[3], .faint, row: row + rows - 1, column: column)
    for row in row + 1..<max(row + rows - 1, row + 1) {
      put(down, .faint, row: row, column: column)
      put(down, .faint, row: row, column: column + columns - 1)
    }
  }
}
