/// Which installation is on the screen, and which was asked for last. Both are numbered alike, so that what one of an
/// earlier time says is known by its number, and concerns nobody.
struct Openings: Sendable, Equatable {
  /// nil until the first is open.
  private(set) var shown: Int?
  private(set) var asked = 0

  /// - Returns: the number of what is opened from now on.
  mutating func ask() -> Int {
    asked += 1
    return asked
  }

  /// What was asked for takes the screen.
  mutating func show() { shown = asked }

  /// - Parameter sender: nil for a person and the terminal.
  func hears(_ sender: Int?) -> Bool { sender == nil || sender == shown || sender == asked }
}
