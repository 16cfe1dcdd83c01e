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

  /// Goes to the first line.
  mutating func reset() {
    (position, top) = (0, 0)
  }

  /// Stays where it is, as far as there still are lines.
  mutating func stay(of count: Int) {
    position = min(position, max(count - 1, 0))
    top = min(top, position)
  }

  /// Puts the cursor on a line; the window goes with it, so that the line stays where the eye has it.
  mutating func follow(_ line: Int, of count: Int) {
    top = max(top + line - position, 0)
    position = line
    stay(of: count)
  }
}
