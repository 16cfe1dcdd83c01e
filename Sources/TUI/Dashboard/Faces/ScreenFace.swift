import FoundationEssentials
import Support
import Terminal

/// The dashboard as a picture on the whole terminal.
final class ScreenFace: Face {
  private let screen: Screen
  private let frame = Lock<Frame?>(nil)

  init(_ screen: Screen) {
    self.screen = screen
  }

  var events: AsyncStream<Screen.Event> { screen.events }

  func show(_ state: State) -> Date? {
    let next = state.render()
    let isSame = frame.withLock { frame in
      defer { frame = next }
      return frame?.grid == next.grid && frame?.cursor == next.cursor
    }
    let notice = state.awaitsShowing
    if !isSame || notice { screen.show(next.grid, cursor: next.cursor, notice: notice) }
    return next.nextChange
  }

  func perform(_ effect: Effect.Terminal) {
    switch effect {
    case .suspend: screen.suspend()
    case .redraw: screen.redraw()
    case .forget: frame.withLock { $0 = nil }
    case .copy(let text): screen.copy(text)
    }
  }

  func close() async { await screen.close() }
}
