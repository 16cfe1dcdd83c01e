import CNcurses
import Glibc

/// What a terminal can do, as far as can be told without taking it over.
public struct TerminalSurvey: Sendable, Equatable {
  /// `TERM`; nil where it is not set.
  public var type: String?
  /// Whether the type has a description on this machine.
  public var isKnown: Bool
  public var canMoveCursor: Bool
  /// 0 where it has none.
  public var colors: Int
  /// Whether the locale writes UTF-8.
  public var isUTF8: Bool

  /// Whether the locale of this process has UTF-8.
  public static var isLocaleUTF8: Bool { TerminalSession.choose(locale: "") }
  public var size: Size?

  public init(
    type: String?, isKnown: Bool = true, canMoveCursor: Bool = true, colors: Int = 256, isUTF8: Bool = true,
    size: Size? = nil
  ) {
    self.type = type
    self.isKnown = isKnown
    self.canMoveCursor = canMoveCursor
    self.colors = colors
    self.isUTF8 = isUTF8
    self.size = size
  }

  /// Looks at a terminal that no screen uses.
  public init(descriptor: CInt = 1) {
    let type = getenv("TERM").map { String(cString: $0) }.flatMap { $0.isEmpty ? nil : $0 }
    let isUTF8 = TerminalSession.choose(locale: "")
    let isKnown = type.map { shim_setupterm($0, descriptor) == 0 } ?? false
    var window = winsize()
    let hasSize = ioctl(descriptor, UInt(TIOCGWINSZ), &window) == 0 && window.ws_col > 0
    self.init(
      type: type, isKnown: isKnown, canMoveCursor: isKnown && shim_capability("cup") != nil,
      colors: isKnown ? max(Int(shim_number("colors")), 0) : 0, isUTF8: isUTF8,
      size: hasSize ? Size(rows: Int(window.ws_row), columns: Int(window.ws_col)) : nil)
  }
}
