import Support

/// Why there can be no screen, as a sentence for the person at the terminal.
public struct ScreenError: Error, Sendable, Equatable, CustomStringConvertible {
  public let description: String

  init(_ description: String) {
    self.description = description
  }

  static let noTerminal = ScreenError(
    "The dashboard needs a terminal, and standard input or output is none: run a command instead, such as "
      + "`ecrmirror status`.")
  static let noType = ScreenError("The dashboard needs to know the terminal's type: set TERM, say to xterm-256color.")

  static func unknownType(_ name: String) -> ScreenError {
    ScreenError(
      "The terminal type \(name.cleaned) (TERM) is not known on this machine: install its description "
        + "(package ncurses-term), or set TERM=xterm-256color.")
  }

  static func tooSimple(_ name: String) -> ScreenError {
    ScreenError(
      "A terminal of type \(name.cleaned) (TERM) cannot move its cursor, which the dashboard needs: "
        + "`ecrmirror --linear` shows it as plain lines.")
  }
}
