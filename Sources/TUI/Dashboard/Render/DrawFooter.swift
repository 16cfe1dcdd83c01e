import FoundationEssentials
import Terminal

extension State {
  func drawFooter(_ canvas: inout Canvas, _ layout: Layout) {
    drawMessage(&canvas, layout)
    if let row = layout.footer { drawHints(&canvas, row) }
  }

  private func drawMessage(_ canvas: inout Canvas, _ layout: Layout) {
    if case .filter(let field, _, let error) = input {
      let row = layout.message
      canvas.grid.fill(row: row, column: 0, columns: size.columns, style: .plain)
      canvas.put("/", .key, row: row, column: 0)
      let room = max(size.columns - 2 - (error == nil ? 0 : size.columns / 2), 8)
      let used = canvas.draw(field, row: row, column: 1, width: room, hasCursor: true)
      if let error { canvas.put(error, .bad, row: row, column: used + 3) }
    } else if case .command(let entry) = input {
      draw(entry, &canvas, layout)
    } else if showsMessage, let message = messages.last {
      // A long one takes lines of the body, which come back when it goes.
      let lines = "\(message.word)\(message.text)".wrapped(to: size.columns - 2)
      let most = min(lines.count, max(layout.bodyHeight / 3, 1))
      for (offset, line) in lines.prefix(most).enumerated() {
        let row = layout.message - most + 1 + offset
        canvas.grid.fill(row: row, column: 0, columns: size.columns, style: .plain)
        canvas.put(offset == most - 1 ? lines[offset...].joined() : line, message.role, row: row, column: 1)
      }
      canvas.brush.expectChange(at: message.at.addingTimeInterval(Message.shown + 1))
    }
  }

  private func drawHints(_ canvas: inout Canvas, _ row: Int) {
    var hints = hints
    func width() -> Int { hints.reduce(1) { $0 + $1.key.columns + $1.label.columns + 3 } }
    // The last two lead to all the others and out: they stay.
    while width() > size.columns, hints.count > 2 { hints.remove(at: hints.count - 3) }
    var at = 1
    for hint in hints where at < size.columns {
      at = canvas.put([Span(hint.key, .key), Span(" \(hint.label)", .faint)], row: row, column: at) + 2
    }
  }

  private var hints: [(key: String, label: String)] {
    switch input {
    case .filter: [("words, !word, state:drifted", ""), ("Enter", "apply"), ("Esc", "cancel")]
    case .command: [("Enter", "run"), ("Tab", "complete"), ("Up", "history"), ("Esc", "cancel")]
    case .form: [("Enter", "save"), ("Tab", "next field"), ("^O", "check the source"), ("Esc", "cancel")]
    case .confirmation(let question) where question.typed != nil: [("Enter", "confirm"), ("Esc", "no")]
    case .confirmation: [("y", "yes"), ("Left/Right", "choose"), ("Enter", "confirm"), ("n", "no")]
    case nil:
      keys.bindings(of: place.view, isReadOnly: context.isReadOnly).filter { $0.isHinted(in: place.view) }
        .compactMap { binding in
          binding.keys.first.map { ($0.description, binding.label) }
        }
    }
  }
}

extension Canvas {
  /// A text being typed, moved so that the cursor is in view.
  ///
  /// - Returns: the column after it.
  @discardableResult
  mutating func draw(_ field: TextField, row: Int, column: Int, width: Int, hasCursor: Bool) -> Int {
    var before = String(field.text.prefix(field.cursor))
    while before.columns >= width, !before.isEmpty { before.removeFirst() }
    let at = column + put(before, row: row, column: column, width: width)
    let after = String(field.text.dropFirst(field.cursor).prefix(width))
    let end = at + put(after, row: row, column: at, width: width - (at - column))
    if hasCursor { cursor = Position(row: row, column: at) }
    return end
  }
}
