import FoundationEssentials
import Terminal

/// What shows the dashboard to a person and takes what the person says: a screen, or lines of plain text.
protocol Face: Sendable {
  var events: AsyncStream<Screen.Event> { get }

  /// - Parameter isNew: whether all of it has to be shown, whatever was shown before.
  /// - Returns: when what is shown will read differently if nothing happens; nil if nothing will.
  func show(_ state: State, isNew: Bool) -> Date?
  func copy(_ text: String)
  func suspend()
  func redraw()
  func close() async
}
