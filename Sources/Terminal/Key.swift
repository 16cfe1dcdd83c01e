/// A key that was pressed, or a text that was pasted.
public enum Key: Sendable, Hashable {
  case character(Character)
  /// With the control key: the letter in upper case, or one of `@ \ ] ^ _`.
  case control(Character)
  /// With Alt, or after a quick Esc.
  case alt(Character)
  case up, down, left, right
  case pageUp, pageDown, home, end
  case insert, delete, backspace
  case enter, tab, backtab, escape
  /// F1 is 1.
  case function(Int)
  /// What the terminal brackets as pasted; never to be taken for keys.
  case paste(String)
  case mouse(Mouse)
  /// A sequence that nobody here knows.
  case unknown
}

extension Key: CustomStringConvertible {
  /// As a help text names it: `^D`, `PgUp`, `Space`.
  public var description: String {
    switch self {
    case .character(" "): "Space"
    case .character(let character): String(character)
    case .control(let letter): "^\(letter)"
    case .alt(let character): "Alt-\(character)"
    case .up: "Up"
    case .down: "Down"
    case .left: "Left"
    case .right: "Right"
    case .pageUp: "PgUp"
    case .pageDown: "PgDn"
    case .home: "Home"
    case .end: "End"
    case .insert: "Ins"
    case .delete: "Del"
    case .backspace: "Backspace"
    case .enter: "Enter"
    case .tab: "Tab"
    case .backtab: "Shift-Tab"
    case .escape: "Esc"
    case .function(let number): "F\(number)"
    case .paste: "paste"
    case .mouse: "mouse"
    case .unknown: "?"
    }
  }
}

extension Key: ExpressibleByExtendedGraphemeClusterLiteral {
  public init(extendedGraphemeClusterLiteral character: Character) {
    self = .character(character)
  }
}
