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
    let consequence = question.consequence.wrapped(to: max(width - 4, 8)).count + 1
    // What it is about and the buttons come first: where there is no room, the consequence goes.
    let lines = max(layout.bodyHeight - page.lines.count - 1, 1)
    let isRoomy = lines >= consequence + 3
    let room = isRoomy ? lines - consequence - 2 : lines
    let shown = question.subjects.count > room ? max(room - 1, 1) : room
    for subject in question.subjects.prefix(shown) {
      page.spans([Span(subject.tail(width - 6))], indent: 3)
    }
    let rest = question.subjects.count - shown
    if rest > 0, room > 1 { page.spans([Span("and \(rest) more", .faint)], indent: 3) }
    if isRoomy {
      page.paragraph(question.consequence, .faint)
      page.gap()
    }
    if let typed = question.typed {
      let prompt = "Type \(typed) and Enter: "
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

  func draw(_ form: MirrorForm, _ canvas: inout Canvas, _ layout: Layout) {
    let width = min(size.columns, 100)
    let error: FormError? = if case .failure(let error) = result(of: form) { error } else { nil }
    let isRoomy = layout.bodyHeight >= 14
    var lines = [Line(spans: [Span(form.title, .title)])]
    var rows: [MirrorForm.Field: Int] = [:]
    for field in MirrorForm.Field.allCases {
      if isRoomy { lines.append(Line(spans: [])) }
      rows[field] = lines.count
      lines.append(Line(spans: [Span(field.label, form.field == field ? .heading : .plain)]))
      let isShown = error?.field == field && (form.wasTried || form.hasText(in: field))
      if isShown, let error {
        for piece in error.reason.wrapped(to: max(width - Self.formLabels - 4, 8)).prefix(2) {
          lines.append(Line(spans: [Span(piece, .bad)], indent: Self.formLabels + 1))
        }
      } else if form.field == field, isRoomy {
        lines.append(Line(spans: [Span(field.hint, .faint)], indent: Self.formLabels + 1))
      }
      if field == .source, let look = images[form.lookedAt], layout.bodyHeight >= 8 {
        lines += describe(look, width: width - Self.formLabels - 4)
      }
    }
    let inner = canvas.box(lines, width: width, layout)
    let column = inner.column + Self.formLabels + 1
    let room = max(inner.column + width - 3 - column, 1)
    for (field, offset) in rows where offset < inner.height {
      let row = inner.row + offset
      let isHere = form.field == field
      switch field {
      case .source where form.original != nil:
        canvas.put(form.source.text, .faint, row: row, column: column, width: room, cut: .start)
      case .source: canvas.draw(form.source, row: row, column: column, width: room, hasCursor: isHere)
      case .destinations: canvas.draw(form.destinations, row: row, column: column, width: room, hasCursor: isHere)
      case .expires: canvas.draw(form.expires, row: row, column: column, width: room, hasCursor: isHere)
      case .enabled:
        canvas.put(form.isEnabled ? "[x] yes" : "[ ] no", isHere ? .title : .plain, row: row, column: column)
      }
      if field != .enabled {
        canvas.grid.restyle(row: row, column: column, columns: room) { $0.adding(.underline) }
      }
    }
  }

  private static let formLabels = 14

  private func describe(_ look: ImageLook, width: Int) -> [Line] {
    let (text, role): (String, Role) =
      switch look {
      case .reading: ("asking the registry", .faint)
      case .read(let contents): ("it is there: \(contents.summary)", .good)
      case .failed(let reason): (reason, .bad)
      }
    return text.wrapped(to: max(width, 8)).prefix(3).map { Line(spans: [Span($0, role)], indent: Self.formLabels + 1) }
  }
}

extension MirrorForm {
  /// Whether there is something to find fault with before anybody tried to save.
  fileprivate func hasText(in field: Field) -> Bool {
    switch field {
    case .source: !source.text.isEmpty
    case .destinations: !destinations.text.isEmpty
    case .expires: !expires.text.isEmpty
    case .enabled: false
    }
  }
}

extension MirrorForm.Field {
  var label: String {
    switch self {
    case .source: "Source"
    case .destinations: "Destinations"
    case .expires: "Expires"
    case .enabled: "Enabled"
    }
  }

  var hint: String {
    switch self {
    case .source: "an image with its tag, such as docker.io/library/alpine:3.20; ^O looks at it"
    case .destinations: "separated by spaces; without a tag the source's is used"
    case .expires: "never, 30d, 2027-01-31, or a time such as 2027-01-31T12:00:00Z"
    case .enabled: "Space switches it"
    }
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
