import Terminal

/// Where all there is to know about the selected row stands beside its list, where there is room.
enum Pane: Sendable, Equatable {
  /// From a column on, to the right of the list.
  case beside(column: Int)
  /// From a line on, below the list.
  case below(row: Int, height: Int)

  /// What is asked for. The raw values are the words of the command and of the memory of a dashboard.
  enum Wish: String, Sendable, CaseIterable {
    /// Wherever there is most room.
    case room
    case beside
    case below
    case none
  }

  static let leastColumns = 120
  static let leastRows = 40
  /// From here on names have room enough at the side of a pane.
  private static let manyColumns = 160

  /// - Parameter lines: the first line of the list, and the one after the last that it could take.
  init?(_ wish: Wish, size: Size, lines: Range<Int>) {
    let isLow = size.rows < Self.leastRows
    let isNarrow = size.columns < Self.leastColumns
    // Too few rows of the list would be left where something else takes its lines.
    guard lines.count >= 12 else { return nil }
    let isBeside =
      switch wish {
      case .room: size.columns >= Self.manyColumns || isLow
      case .beside: true
      case .below: false
      case .none: false
      }
    if wish == .none || (isBeside ? isNarrow : isLow) { return nil }
    if isBeside {
      // With 84 columns a digest and its label stand on one line.
      self = .beside(column: size.columns - (size.columns >= 200 ? 84 : size.columns * 2 / 5))
    } else {
      let height = min(lines.count * 2 / 5, 20)
      self = .below(row: lines.upperBound - height, height: height)
    }
  }
}

extension State {
  /// The ways a pane can stand on this screen, in the order in which `v` goes through them.
  private var panes: [Pane.Wish] {
    let all = Pane.Wish.allCases.filter { $0 != .room }
    return all.filter { wish in
      wish == .none || Layout(self, pane: wish).pane != nil
    }
  }

  mutating func switchPane(_ argument: String?) throws(CommandError) {
    if let argument {
      guard let wish = Pane.Wish(rawValue: argument) else {
        throw CommandError(
          "unknown pane \(argument); panes: \(Pane.Wish.allCases.map(\.rawValue).joined(separator: ", "))")
      }
      paneWish = wish
    } else {
      let known = panes
      guard known.count > 1 else {
        throw CommandError("a pane needs \(Pane.leastColumns) columns, or \(Pane.leastRows) rows")
      }
      let shown: Pane.Wish =
        switch layout.pane {
        case .beside: .beside
        case .below: .below
        case nil: .none
        }
      paneWish = known[((known.firstIndex(of: shown) ?? 0) + 1) % known.count]
    }
    scrollLists()
  }

  /// The list at the width that the pane leaves it.
  func draw(_ list: ListContent, _ canvas: inout Canvas, _ layout: Layout) {
    guard let pane = layout.pane else { return list.draw(self, &canvas, layout) }
    var part = self
    if case .beside(let column) = pane { part.size.columns = column - 1 }
    list.draw(part, &canvas, layout)
    draw(pane, &canvas, layout)
  }

  private func draw(_ pane: Pane, _ canvas: inout Canvas, _ layout: Layout) {
    var (row, column, height) = (layout.bodyTop, 0, layout.bodyHeight)
    switch pane {
    case .beside(let edge):
      for row in row..<row + height { canvas.put(symbols.side, .faint, row: row, column: edge) }
      column = edge + 1
    case .below(let first, let lines):
      canvas.put(String(repeating: symbols.line, count: size.columns), .faint, row: first, column: 0)
      (row, height) = (first + 1, lines - 1)
    }
    let lines = linesOfPane(size.columns - column, &canvas.brush)
    let isCut = lines.count > height
    for (offset, line) in lines.prefix(isCut ? height - 1 : height).enumerated() {
      canvas.put(line.spans, row: row + offset, column: column + line.indent, limit: size.columns)
    }
    if isCut {
      let words = Span("\(lines.count - height + 1) more lines: Enter shows them", .faint)
      canvas.put([words], row: row + height - 1, column: column + 1, limit: size.columns)
    }
  }

  /// What opening the selected row would show; of the head of a group its name and what there is to say of its rows.
  private func linesOfPane(_ width: Int, _ brush: inout Brush) -> [Line] {
    if let place = list?.subject?.opens, let preview = place.view.preview {
      var part = self
      part.isPreviewing = true
      part.size.columns = width
      return preview(part, place.id, width, &brush)
    }
    guard let summary = list?.summary else { return [] }
    var page = TextPage(width: width)
    page.paragraph(summary.what, .title)
    page.paragraph(summary.why, summary.role)
    return page.lines
  }
}
