import Installation
import Terminal
import Testing

@testable import TUI

@Suite struct SettingsTests {
  static func read(_ yaml: String) throws -> DashboardSettings {
    try DashboardSettings(Configuration(yaml: yaml, file: "config.yaml").dashboard)
  }

  @Test("The configuration's words take effect") func everything() throws {
    let settings = try Self.read(
      """
      dashboard:
        theme: light
        mouse: true
        ascii: true
        production: [/data, prod]
        keys:
          mirror: [F5, ^T]
          delete: []
          quit: Alt-q
      """)
    #expect(
      settings.theme == .light && settings.mouse && settings.hasASCIIBorders
        && settings.production == ["/data", "prod"])
    #expect(settings.keys.binding(for: .function(5), in: .mirrors)?.operation == .mirror)
    #expect(settings.keys.binding(for: .control("T"), in: .mirrors)?.operation == .mirror)
    #expect(settings.keys.binding(for: .alt("q"), in: .help)?.operation == .quit)
    for key: Key in ["m", "D", .control("C")] { #expect(settings.keys.binding(for: key, in: .mirrors) == nil) }
    #expect(try Self.read("").theme == .terminal)
  }

  @Test(
    "A mistake is named with its file and line",
    arguments: [
      ("dashboard:\n  theme: pink", "config.yaml, line 2: unknown theme 'pink'; themes: terminal, dark"),
      ("dashboard:\n  colour: red", "line 2: unknown key 'colour'; known keys: ascii"),
      ("dashboard:\n  mouse: perhaps", "line 2: true or false"),
      ("dashboard:\n  keys:\n    fly: [f]", "line 3: unknown operation 'fly'"),
      ("dashboard:\n  keys:\n    mirror:\n      - m\n      - Hyper-x", "line 5: 'Hyper-x' is not a key"),
      (
        "dashboard:\n  keys:\n    mirror: [c]",
        "line 3: the key c is bound to both mirror and check in the view Mirrors"
      ),
      ("dashboard:\n  production: here", "line 2: a list"),
      ("dashboard: 5", "line 1: keys and values"),
    ])
  func mistakes(yaml: String, words: String) {
    let error = #expect(throws: ConfigurationError.self) { try Self.read(yaml) }
    #expect(error?.description.contains(words) == true, "\(error?.description ?? "")")
  }

  @Test("Every key of the table can be written in the configuration") func names() {
    for binding in Binding.standard {
      for key in binding.keys { #expect(Key(name: key.description) == key, "\(key)") }
    }
  }
}
