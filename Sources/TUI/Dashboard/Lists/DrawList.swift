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
    for slot in layout.slots {
      let column = list.columns[slot.column]
      var title = column.title
      if slot.column == list.sort.column { title += list.sort.isDescending ? symbols.falling : symbols.rising }
      let indent = column.isRight ? max(slot.width - title.columns, 0) : 0
      let used = canvas.put(title, .heading, row: row, column: slot.x + indent, width: slot.width + 1)
      if let key = column.key, let place = column.title.firstIndex(of: key) {
        let offset = column.title.distance(from: column.title.startIndex, to: place)
        canvas.grid.restyle(row: row, column: slot.x + indent + offset, columns: 1) { $0.adding(.underline) }
      }
      if let aside = column.aside, slot.width - used > 16 {
        canvas.put(
          aside(slot.width - used - 2, symbols), .faint, row: row, column: slot.x + used + 2,
          width: slot.width - used - 2)
      }
    }
  }

  private func draw<Row>(
    _ list: RowList<Row>, _ position: Int, _ layout: ColumnLayout, _ canvas: inout Canvas, _ row: Int
  ) {
    var style = Style.plain
    switch list.line(position) {
    case .row(let index):
      let item = list.rows[index]
      draw(item, list.columns, layout, &canvas, row)
      if list.marks.contains(item.id) {
        style = canvas.style(.marked)
        canvas.put(symbols.mark, .marked, row: row, column: 1)
        if let first = layout.slots.first {
          canvas.grid.restyle(row: row, column: first.x, columns: first.width) { _ in style }
        }
      }
    case .group(let index): drawHead(of: list.groups[index], list, &canvas, row)
    case nil: return
    }
    if position == list.position {
      canvas.put(">", row: row, column: 0)
      canvas.grid.restyle(row: row, columns: size.columns) { _ in style.adding(.reverse) }
    }
  }

  private func draw<Row>(
    _ item: Row, _ columns: [Column<Row>], _ layout: ColumnLayout, _ canvas: inout Canvas, _ row: Int
  ) {
    for slot in layout.slots {
      let column = columns[slot.column]
      let span = column.cell(item, slot.width, &canvas.brush)
      let indent = column.isRight ? max(slot.width - span.text.columns, 0) : 0
      canvas.put(span, row: row, column: slot.x + indent, width: slot.width - indent, cut: column.cut)
    }
  }

  private func drawHead<Row>(of group: RowGroup, _ list: RowList<Row>, _ canvas: inout Canvas, _ row: Int) {
    let sign = list.folded.contains(group.name) ? symbols.folded : symbols.unfolded
    let marked = list.marks.isEmpty ? 0 : group.rows.count { list.marks.contains(list.rows[$0].id) }
    var spans = [Span("\(sign) \(group.name)", .heading), Span(" (\(group.rows.count))", .faint)]
    if marked > 0 { spans.append(Span("  \(marked) marked", .marked)) }
    if let since = group.since { spans.append(Span("  for \(canvas.brush.age(since))", .faint)) }
    spans += group.summary
    canvas.put(spans, row: row, column: 1, limit: size.columns)
  }
}
