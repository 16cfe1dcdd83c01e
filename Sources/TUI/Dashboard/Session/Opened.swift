/// An installation that was opened, before it takes the screen.
struct Opened: Sendable {
  let number: Int
  let installed: State.Installed
  /// How it was last looked at.
  let memory: Remembered?
  /// Begins to read it, and to act on it.
  ///
  /// - Parameters:
  ///   - looked: how it is looked at to begin with.
  ///   - wakes: whether to see to jobs that wait.
  let begin: @Sendable (_ looked: Remembered, _ wakes: Bool) -> Session
}

extension Opened: Equatable {
  static func == (one: Opened, other: Opened) -> Bool { one.number == other.number }
}
