import MirrorCore
import Support
import Terminal

extension State {
  func draw(_ form: MirrorForm, _ canvas: inout Canvas, _ layout: Layout) {
    let width = min(size.columns, 100)
    let (lines, rows) = lines(of: form, width: width, layout)
    // Where there is no room for all fields, that of the cursor and what is said about it are shown.
    let room = layout.bodyHeight >= lines.count + 2 ? layout.bodyHeight - 2 : layout.bodyHeight
    let here = rows[form.field] ?? 0
    let below = rows.values.filter { $0 > here }.min() ?? lines.count
    let top = max(min(max(below - room, 0), here), 0)
    let inner = canvas.box(Array(lines[top...]), width: width, layout)
    let column = inner.column + Self.formLabels + 1
    let columns = max(inner.column + width - 3 - column, 1)
    for (field, offset) in rows where top..<top + inner.height ~= offset {
      let row = inner.row + offset - top
      let isHere = form.field == field
      guard let text = form[field] else {
        canvas.put(form.isEnabled ? "[x] yes" : "[ ] no", isHere ? .title : .plain, row: row, column: column)
        continue
      }
      if field == .source, form.original != nil {
        canvas.put(text.text, .faint, row: row, column: column, width: columns, cut: .start)
      } else {
        canvas.draw(text, row: row, column: column, width: columns, hasCursor: isHere)
      }
      canvas.grid.restyle(row: row, column: column, columns: columns) { $0.adding(.underline) }
    }
  }

  private static let formLabels = 14

  /// What stands in the box but for the texts, and in which line each field is.
  private func lines(
    of form: MirrorForm, width: Int, _ layout: Layout
  ) -> (lines: [Line], rows: [MirrorForm.Field: Int]) {
    let error: FormError? = if case .failure(let error) = result(of: form) { error } else { nil }
    let (isRoomy, hasHints) = (layout.bodyHeight >= 30, layout.bodyHeight >= 14)
    let columns = max(width - Self.formLabels - 4, 8)
    var lines = [Line(spans: [Span(form.title, .title)])]
    var rows: [MirrorForm.Field: Int] = [:]
    func note(_ text: String, _ role: Role, most: Int) {
      for piece in text.wrapped(to: columns).prefix(most) {
        lines.append(Line(spans: [Span(piece, role)], indent: Self.formLabels + 1))
      }
    }
    for field in MirrorForm.Field.allCases {
      if isRoomy || hasHints && field == .source { lines.append(Line(spans: [])) }
      rows[field] = lines.count
      lines.append(Line(spans: [Span(field.label, form.field == field ? .heading : .plain)]))
      if let error, error.field == field, form.wasTried || form.hasText(in: field) {
        note(error.reason, .bad, most: 2)
      } else if form.field == field, hasHints {
        note(field.hint, .faint, most: 2)
      }
      if field == .source, let look = images[form.lookedAt], layout.bodyHeight >= 8 { describe(look, note) }
      if field == .max, let preview = form.preview {
        // While a rule is wrong, what the last one selected stays, and is nobody's answer.
        let role = form.previewed == preview.subject ? preview.role : .faint
        note(preview.text(columns: columns * 2), role, most: 3)
      }
    }
    let known = PlatformSelection.options
    if let options = form.original?.options.keys.filter({ !known.contains($0) }).sorted(), !options.isEmpty, hasHints {
      lines.append(Line(spans: [Span("Options", .faint)]))
      lines[lines.count - 1].spans.append(
        Span(String(repeating: " ", count: Self.formLabels - 7) + " \(options.joined(separator: ", ")): kept", .faint))
    }
    return (lines, rows)
  }

  private func describe(_ look: ImageLook, _ note: (String, Role, Int) -> Void) {
    switch look {
    case .reading: note("checking the registry", .faint, 3)
    case .read(let contents): note("found: \(contents.summary)", .good, 3)
    case .failed(let reason): note(reason, .bad, 3)
    }
  }
}

extension MirrorForm {
  /// Whether there is something to find fault with before anybody tried to save.
  fileprivate func hasText(in field: Field) -> Bool { self[field].map { !$0.text.isEmpty } ?? false }
}

extension MirrorForm.Field {
  var label: String {
    switch self {
    case .source: "Source"
    case .destinations: "Destinations"
    case .expires: "Expires"
    case .enabled: "Enabled"
    case .include: "Include tags"
    case .exclude: "Exclude tags"
    case .semver: "Versions"
    case .suffix: "Suffix"
    case .latest: "Latest"
    case .max: "At most"
    case .immutable: "Immutable"
    case .platforms: "Platforms"
    case .repositories: "Repositories"
    }
  }

  var hint: String {
    switch self {
    case .source:
      "an image with its tag, such as docker.io/library/alpine:3.20, or a repository with a tag rule below; ^O checks it"
    case .destinations: "separated by spaces; without a tag, the source's tag is used"
    case .expires: "never, 30d, 2027-01-31, or a time such as 2027-01-31T12:00:00Z"
    case .enabled: "Space toggles it"
    case .include: "tags to mirror, as patterns such as v+([0-9]).* or /^v\\d+$/, separated by spaces"
    case .exclude: "tags to exclude, as patterns such as *-rc*"
    case .semver: "only versions in a range, such as >=1.2 <2 || 3.x"
    case .suffix: "only versions with this suffix, such as -alpine or -k3s*"
    case .latest: "only this many of these, the highest versions first"
    case .max: "if the rule selects more, nothing is copied until it is changed"
    case .immutable: "tags that never change, such as v* or *: once copied, the source is not asked about them"
    case .platforms:
      "only these, such as linux/amd64 linux/arm64, as an index of their own, or sparse after them; all where empty"
    case .repositories: "whether jobs create those missing in ECR: true, false, or settings as JSON"
    }
  }
}
