/// Which lines of a list are on the screen, and which of them the cursor is on.
struct ListWindow: Sendable, Equatable {
  /// The line of the cursor; 0 when nothing is shown.
  private(set) var position = 0
  /// The first line on the screen.
  private(set) var top = 0

  mutating func move(to new: Int, of count: Int, height: Int) {
    position = min(max(new, 0), max(count - 1, 0))
    scroll(count, height: height)
  }

  /// Brings the cursor into a window of `height` lines, and fills the window where there are lines for it.
  mutating func scroll(_ count: Int, height: Int) {
    let height = max(height, 1)
    if position < top { top = position }
    if position >= top + height { top = position - height + 1 }
    top = max(min(top, count - height), 0)
  }

  /// Puts the cursor on a line, or leaves it where it is as far as there still is a line.
  mutating func settle(on line: Int?, of count: Int) {
    if let line, line != position {
      // The window moves with the row, so that it stays where the eye has it.
      top = max(top + line - position, 0)
      position = line
    }
    position = min(position, max(count - 1, 0))
    top = min(top, position)
  }
}
