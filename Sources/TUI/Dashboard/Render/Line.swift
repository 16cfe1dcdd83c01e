import Support
import Terminal

/// One line of a text view.
struct Line: Sendable, Equatable {
  var spans: [Span]
  var indent = 1
}

/// A text being written: headings, labelled values, wrapped to a width.
struct TextPage {
  let width: Int
  private(set) var lines: [Line] = []

  init(width: Int) {
    self.width = width
  }

  mutating func heading(_ text: String, _ role: Role = .heading) {
    lines.append(Line(spans: [Span(text, role)]))
  }

  mutating func gap() {
    if lines.last.map({ !$0.spans.isEmpty }) ?? false { lines.append(Line(spans: [])) }
  }

  /// A labelled value; what does not fit goes on below it. Nothing for an empty value.
  mutating func field(_ label: String, _ value: String, _ role: Role = .plain, indent: Int = 1, labels: Int = 8) {
    guard !value.isEmpty else { return }
    let labels = max(labels, label.count + 1)
    let pieces = value.masked.wrapped(to: max(width - indent - labels, 8))
    for (index, piece) in pieces.enumerated() {
      let space = String(repeating: " ", count: labels)
      let name = index == 0 ? label + space.dropFirst(label.count) : space
      lines.append(Line(spans: [Span(name, .faint), Span(piece, role)], indent: indent))
    }
  }

  /// A paragraph.
  mutating func paragraph(_ text: String, _ role: Role = .plain, indent: Int = 1) {
    for piece in text.wrapped(to: max(width - indent - 1, 8)) {
      lines.append(Line(spans: [Span(piece, role)], indent: indent))
    }
  }

  mutating func spans(_ spans: [Span], indent: Int = 1) {
    lines.append(Line(spans: spans, indent: indent))
  }
}

extension String {
  /// The end of the text, which tells references apart, in at most so many characters.
  func tail(_ length: Int) -> String {
    count <= length ? self : "…" + suffix(max(length - 1, 0))
  }
}
