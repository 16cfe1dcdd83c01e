import Support
import Terminal

extension View {
  /// Whether it is a text that scrolls, not a list with a cursor.
  var isText: Bool { if case .text = content { true } else { false } }
}

extension State {
  /// The lines of the views that are text.
  func text(width: Int) -> [Line] {
    var brush = Brush(now: now, symbols: symbols)
    return text(width: width, &brush)
  }

  func text(width: Int, _ brush: inout Brush) -> [Line] {
    guard case .text(let text) = place.view.content else { return [] }
    return text(self, place.id, width, &brush)
  }
}
