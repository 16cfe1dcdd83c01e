import FoundationEssentials
import Support
import Terminal

/// A picture of the state, and until when it holds if nothing happens.
struct Frame: Sendable {
  var grid: Grid
  /// Where typing goes; nil where nothing is typed.
  var cursor: Position?
  /// When something on it, an age say, will read differently even if nothing is stale by then; nil if nothing will.
  var nextChange: Date?
}

extension State {
  var symbols: Symbols { context.isASCII || context.hasASCIIBorders ? .ascii : .unicode }

  /// Draws the state: a pure function of it.
  func render() -> Frame {
    var canvas = Canvas(
      Grid(size, isASCII: context.isASCII, hasASCIISigns: context.hasASCIIBorders),
      Brush(now: now, symbols: symbols, theme: theme))
    let layout = layout
    if layout.isTooSmall {
      canvas.put("too small: \(size.columns)x\(size.rows)", row: 0, column: 0)
      return canvas.frame
    }
    drawHeader(&canvas, layout)
    drawBody(&canvas, layout)
    drawSummary(&canvas, layout)
    drawFooter(&canvas, layout)
    switch input {
    case .form(let form): draw(form, &canvas, layout)
    case .confirmation(let question): draw(question, &canvas, layout)
    case .filter, .command, nil: break
    }
    return canvas.frame
  }

  private func drawBody(_ canvas: inout Canvas, _ layout: Layout) {
    if let row = layout.head, let head = place.view.head {
      for (offset, spans) in head.lines(self, &canvas.brush).prefix(head.height).enumerated() {
        canvas.put(spans, row: row + offset, column: 1, limit: size.columns)
      }
    }
    switch place.view.content {
    case .list(let list): draw(list, &canvas, layout)
    case .log(let draw): draw(self, place.id, &canvas, layout)
    case .text:
      canvas.draw(
        text(width: size.columns, &canvas.brush), from: scroll, row: layout.bodyTop, height: layout.bodyHeight)
    }
    if isStale, input == nil {
      let end = layout.pane == nil ? layout.bodyTop + layout.bodyHeight : layout.message
      for row in layout.bodyTop..<max(end, layout.bodyTop) {
        canvas.grid.restyle(row: row) { $0.adding(.dim) }
      }
    }
  }
}

/// A grid being painted, with the brush.
struct Canvas {
  var grid: Grid
  var brush: Brush
  var cursor: Position?

  init(_ grid: Grid, _ brush: Brush) {
    self.grid = grid
    self.brush = brush
  }

  var frame: Frame { Frame(grid: grid, cursor: cursor, nextChange: brush.nextChange) }

  func style(_ role: Role) -> Style { brush.theme.style(role) }

  @discardableResult
  mutating func put(
    _ text: String, _ role: Role = .plain, row: Int, column: Int, width: Int = .max, cut: Grid.Cut = .end
  ) -> Int {
    grid.put(text, row: row, column: column, style: style(role), width: width, cut: cut)
  }

  @discardableResult
  mutating func put(_ span: Span, row: Int, column: Int, width: Int = .max, cut: Grid.Cut = .end) -> Int {
    grid.put(span.text, row: row, column: column, style: style(span.role), width: width, cut: cut)
  }

  /// Spans one after the other.
  ///
  /// - Returns: the column after them.
  @discardableResult
  mutating func put(_ spans: [Span], row: Int, column: Int, limit: Int = .max) -> Int {
    spans.reduce(column) { at, span in at + put(span, row: row, column: at, width: max(limit - at, 0)) }
  }

  /// A text that ends at a column; nothing where it has no room.
  mutating func put(right spans: [Span], row: Int, end: Int, start: Int) {
    let width = spans.reduce(0) { $0 + $1.text.columns }
    if end - width >= start { put(spans, row: row, column: end - width) }
  }

  mutating func draw(_ lines: [Line], from first: Int, row: Int, height: Int) {
    for (offset, line) in lines.dropFirst(first).prefix(height).enumerated() {
      put(line.spans, row: row + offset, column: line.indent)
    }
  }
}
