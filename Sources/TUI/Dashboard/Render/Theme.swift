import Terminal

/// How each role looks, in the terminal's own sixteen colours.
struct Theme: Sendable, Equatable {
  let name: String
  private let styles: [Role: Style]

  func style(_ role: Role) -> Style { styles[role] ?? .plain }

  static let all = [terminal, dark, light, highContrast, deuteranopia]

  /// What suits most terminals, dark or light.
  static let terminal = Theme(
    name: "terminal",
    styles: [
      .title: Style(.default, .bold), .heading: Style(.cyan, .bold), .faint: Style(.default, .dim), .key: Style(.cyan),
      .good: Style(.green), .warning: Style(.yellow), .bad: Style(.red, .bold), .odd: Style(.magenta),
      .busy: Style(.cyan), .marked: Style(.yellow, .bold), .bar: Style(.default, .reverse),
    ])

  static let dark = Theme(
    name: "dark",
    styles: [
      .title: Style(.brightWhite, .bold), .heading: Style(.brightCyan, .bold), .faint: Style(.white),
      .key: Style(.brightCyan), .good: Style(.brightGreen), .warning: Style(.brightYellow),
      .bad: Style(.brightRed, .bold), .odd: Style(.brightMagenta), .busy: Style(.cyan),
      .marked: Style(.brightYellow, .bold), .bar: Style(.black, on: .cyan),
    ])

  /// Black, red, blue and magenta: a white background swallows the others, green too.
  static let light = Theme(
    name: "light",
    styles: [
      .title: Style(.black, .bold), .heading: Style(.blue, .bold), .faint: Style(.default, .dim), .key: Style(.blue),
      .good: Style(.blue), .warning: Style(.magenta), .bad: Style(.red, .bold), .odd: Style(.magenta, .underline),
      .busy: Style(.blue, .underline), .marked: Style(.blue, .bold), .bar: Style(.white, on: .blue),
    ])

  /// The terminal's own foreground only, told apart by weight.
  static let highContrast = Theme(
    name: "high-contrast",
    styles: [
      .title: Style(.default, .bold), .heading: Style(.default, [.bold, .underline]), .key: Style(.default, .bold),
      .warning: Style(.default, .bold), .bad: Style(.default, [.bold, .reverse]), .odd: Style(.default, .underline),
      .busy: Style(.default, .underline), .marked: Style(.default, [.bold, .underline]),
      .bar: Style(.default, [.bold, .reverse]),
    ])

  /// Blue against yellow, where red against green says nothing.
  static let deuteranopia = Theme(
    name: "deuteranopia",
    styles: [
      .title: Style(.default, .bold), .heading: Style(.default, .bold), .faint: Style(.default, .dim),
      .key: Style(.brightBlue), .good: Style(.brightBlue), .warning: Style(.yellow),
      .bad: Style(.brightYellow, [.bold, .underline]), .odd: Style(.white, .bold), .busy: Style(.cyan),
      .marked: Style(.brightYellow, .bold), .bar: Style(.default, .reverse),
    ])
}
