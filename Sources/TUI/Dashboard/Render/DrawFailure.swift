import FoundationEssentials
import Terminal

extension State {
  /// What fails and when it is tried again; below it what to do, and why it is so.
  func drawFailure(_ canvas: inout Canvas, _ layout: Layout) {
    guard let row = layout.failure, let failure else { return }
    let wait = max(failure.retry.timeIntervalSince(now).rounded(.up), 0)
    canvas.brush.expectChange(at: now.addingTimeInterval(1))
    let again = wait > 0 ? "retrying in \(Int(wait))s" : "retrying"
    let end = canvas.put(" \(failure.what.title), \(again)", .bad, row: row, column: 0)
    if let key = keys.binding(of: .reload, in: place.view)?.keys.first {
      canvas.put(
        right: [Span(key.description, .key), Span(" now", .faint)], row: row, end: size.columns - 1, start: end + 2)
    }
    for (offset, span) in failureText.prefix(layout.failureHeight - 1).enumerated() {
      canvas.put(span, row: row + 1 + offset, column: 1)
    }
  }

  /// Lines of the screen that tell of a failure.
  var failureHeight: Int { failure == nil ? 0 : 1 + failureText.count }

  /// What to do, whole; and of the reason what there is room for.
  private var failureText: [Span] {
    guard let failure = failure?.what else { return [] }
    let width = size.columns - 2
    let room = max(size.rows / 2 - 2, 1)
    let advice = (failure.advice.map { $0.wrapped(to: width) } ?? []).map { Span($0) }
    let reason = failure.reason.wrapped(to: width).map { Span($0, failure.advice == nil ? .plain : .faint) }
    let isLow = size.rows < 14 && !advice.isEmpty
    return Array((advice + reason.prefix(isLow ? 0 : 3)).prefix(room))
  }
}
