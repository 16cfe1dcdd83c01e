import FoundationEssentials
import Support
import Terminal

@testable import TUI

/// A terminal at which a test sits: it types, and sees the text of the last picture.
final class ScriptedFace: Face {
  let events: AsyncStream<Screen.Event>
  private let input: AsyncStream<Screen.Event>.Continuation
  private let picture = Lock("")
  private let effects = Lock<[Effect.Terminal]>([])

  init() {
    (events, input) = AsyncStream.makeStream()
    input.yield(.resized(Size(rows: 24, columns: 100)))
  }

  /// What stands on the screen.
  var text: String { picture.withLock(\.self) }
  var performed: [Effect.Terminal] { effects.withLock(\.self) }

  /// Presses keys, as fingers do: each character is one, and `\n` is Enter.
  func type(_ keys: String) {
    for character in keys {
      input.yield(.keys([character == "\n" ? .enter : .character(character)], Arrival(at: .now)))
    }
  }

  /// The terminal goes away.
  func hangUp() {
    input.yield(.ended(.signal(1)))
    input.finish()
  }

  func show(_ state: State) -> Date? {
    let frame = state.render()
    picture.withLock { $0 = frame.grid.text }
    // What asks for an answer stands there at once.
    if state.awaitsShowing { input.yield(.painted(.now)) }
    return frame.nextChange
  }

  func perform(_ effect: Effect.Terminal) { effects.withLock { $0.append(effect) } }

  func close() async { input.finish() }
}
