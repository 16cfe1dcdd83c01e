import Terminal

extension State {
  func draw<Row>(_ list: RowList<Row>, _ canvas: inout Canvas, _ layout: Layout, empty: [String]) {
    let width = size.columns - 2
    let columns =
      list.isWide
      ? ColumnLayout.wide(list.columns, widest: list.widest, skipped: list.shift, x: 2, width: width)
      : ColumnLayout(list.columns, widest: list.widest, x: 2, width: width)
    drawTitles(list, columns, &canvas, layout.bodyTop)
    guard list.count > 0 else {
      let words =
        list.rows.isEmpty ? empty : ["nothing matches \(list.filter.text)", "Esc clears the filter"]
      for (offset, line) in words.prefix(layout.listHeight).enumerated() {
        let column = max((size.columns - line.columns) / 2, 1)
        canvas.put(line, .faint, row: layout.bodyTop + 1 + offset + layout.listHeight / 3, column: column)
      }
      return
    }
    let last = min(list.top + layout.listHeight, list.count)
    for position in list.top..<max(last, list.top) {
      draw(list, position, columns, &canvas, layout.bodyTop + 1 + position - list.top)
    }
  }

  private func drawTitles<Row>(
    _ list: RowList<Row>, _ layout: ColumnLayout, _ canvas: inout Canvas, _ row: Int
  ) {
    for place in layout.places {
      let column = list.columns[place.column]
      var title = column.title
      if place.column == list.sort.column { title += list.sort.isDescending ? symbols.falling : symbols.rising }
      let indent = column.isRight ? max(place.width - title.columns, 0) : 0
      canvas.put(title, .heading, row: row, column: place.x + indent, width: place.width + 1)
    }
  }

  private func draw<Row>(
    _ list: RowList<Row>, _ position: Int, _ layout: ColumnLayout, _ canvas: inout Canvas, _ row: Int
  ) {
    let item = list[position]
    let isMarked = list.marks.contains(item.id)
    for place in layout.places {
      let column = list.columns[place.column]
      let span = column.cell(item, place.width, &canvas.brush)
      let indent = column.isRight ? max(place.width - span.text.columns, 0) : 0
      canvas.put(span, row: row, column: place.x + indent, width: place.width - indent, cut: column.cut)
    }
    if isMarked {
      canvas.put(symbols.mark, .marked, row: row, column: 1)
      if let first = layout.places.first {
        canvas.grid.restyle(row: row, column: first.x, columns: first.width) { _ in Role.marked.style }
      }
    }
    if position == list.position {
      canvas.put(">", row: row, column: 0)
      let style = isMarked ? Role.marked.style : .plain
      canvas.grid.restyle(row: row) { _ in style.adding(.reverse) }
    }
  }
}
