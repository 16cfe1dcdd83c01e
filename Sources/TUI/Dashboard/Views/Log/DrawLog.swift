import FoundationEssentials
import Support
import Terminal

extension State {
  func drawLogTitle(_ canvas: inout Canvas, _ row: Int) {
    canvas.put(String(repeating: symbols.line, count: size.columns), .faint, row: row, column: 0)
    var words = ["Log" + (log?.attempt.map { " of attempt \($0)" } ?? "")]
    if let log, log.dropped > 0 { words.append("\(log.dropped) earlier lines not shown") }
    let line = (log?.top ?? 0) + (log?.filter == nil ? log?.dropped ?? 0 : 0) + 1
    words.insert(log?.isFollowing ?? true ? "following" : "stopped at line \(line)", at: 1)
    if log?.wraps ?? false { words.insert("wrapped", at: 2) }
    if let log, let filter = log.filter { words.insert("\(counted(log.matching, "line")) with \(filter.text)", at: 1) }
    if let search = log?.search { words.append("n: next \(search.text)") }
    canvas.put(" \(words.joined(separator: " \(symbols.separator) ")) ", .heading, row: row, column: 1)
  }

  func drawLog(_ canvas: inout Canvas, row: Int, height: Int) {
    guard height > 0, let log else { return }
    if log.count == 0 || log.error != nil {
      let empty = log.lines.isEmpty ? "no lines yet" : "no line matches; & shows all again"
      let text = log.error.map { "the log cannot be read: \($0)" } ?? empty
      canvas.put(text, log.error == nil ? .faint : .bad, row: row, column: 1)
      if log.count == 0 { return }
    }
    for (offset, spans) in window(of: log, height: height).enumerated() {
      canvas.put(spans, row: row + offset, column: 1)
    }
  }

  /// The rows that fill the window: only so many lines are looked at as are shown.
  private func window(of log: LogBuffer, height: Int) -> [[Span]] {
    var shown: [[Span]] = []
    if log.isFollowing {
      for position in (0..<log.count).reversed() where shown.count < height {
        shown.insert(contentsOf: rows(log, position), at: 0)
      }
      return Array(shown.suffix(height))
    }
    for position in min(log.top, log.count)..<log.count {
      if shown.count >= height { break }
      shown += rows(log, position)
    }
    return Array(shown.prefix(height))
  }

  /// What a row of the log takes on the screen.
  private func rows(_ log: LogBuffer, _ position: Int) -> [[Span]] {
    guard case .line(let index) = log.row(position) else { return [[Span("--", .faint)]] }
    let line = log.lines[index]
    let time =
      log.showsTimes
      ? (line.time.map { "\($0.rfc3339.dropFirst(11).prefix(8)) " } ?? String(repeating: " ", count: 9)) : ""
    let width = max(size.columns - 2 - time.count, 1)
    let pieces =
      log.wraps
      ? line.text.hardWrapped(to: width) : [log.shift == 0 ? line.text : String(line.text.dropFirst(log.shift))]
    return pieces.enumerated().map { number, piece in
      let before = number == 0 ? time : String(repeating: " ", count: time.count)
      let role: Role = position == log.found ? .title : .plain
      let query = log.search ?? log.filter
      let parts = query?.pieces(of: piece) ?? [piece]
      return [Span(before, .faint)] + parts.enumerated().map { Span($1, $0 % 2 == 1 ? .marked : role) }
    }
  }
}

extension String {
  /// The text in pieces of at most `width` columns, wherever that breaks it.
  func hardWrapped(to width: Int) -> [String] {
    if columns <= width { return [self] }
    var lines: [String] = []
    var line = ""
    var used = 0
    for character in self {
      let size = String(character).columns
      if used + size > width {
        lines.append(line)
        line = ""
        used = 0
      }
      line.append(character)
      used += size
    }
    return lines + [line]
  }
}
