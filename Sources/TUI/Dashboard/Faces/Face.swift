import FoundationEssentials
import Terminal

/// What shows the dashboard to a person and takes what the person says: a screen, or lines of plain text.
protocol Face: Sendable {
  var events: AsyncStream<Screen.Event> { get }

  /// - Returns: when what is shown will read differently if nothing happens; nil if nothing will.
  func show(_ state: State) -> Date?
  func perform(_ effect: Effect.Terminal)
  func close() async
}
