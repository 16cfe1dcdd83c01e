import FoundationEssentials
import Glibc
import MirrorCore
import OCIRegistry
import Terminal
import Testing

@testable import TUI

@Suite struct ComfortTests {
  @Test("Each theme tells good, warning and bad apart", arguments: Theme.all.map(\.name)) func themes(name: String)
    throws
  {
    var state = Sample.state()
    #expect(state.type(":theme \(name)<Enter>") == [])
    #expect(state.theme.name == name)
    #expect(Set([Role.good, .warning, .bad].map(state.theme.style)).count == 3)
    #expect(state.render().grid.text == Sample.state().render().grid.text)
  }

  @Test("Every colour can be read on the background that the theme is for", arguments: Role.allCases)
  func contrast(role: Role) throws {
    for (theme, background) in [(Theme.dark, Color.black), (.light, .brightWhite)] {
      let style = theme.style(role)
      guard style.foreground != .default else { continue }
      let back = style.background == .default ? background : style.background
      let luminances = try [style.foreground, back].map { try #require(luminance($0)) + 0.05 }.sorted()
      // What the Web Content Accessibility Guidelines (1.4.3, level AA) ask for.
      #expect(luminances[1] / luminances[0] >= 4.5, "\(role) in \(theme.name)")
    }
  }

  /// Relative luminance as WCAG 2.2 defines it, with the colours of xterm, which are among the palest in use.
  private func luminance(_ color: Color) -> Double? {
    let palette: [Color: UInt32] = [
      .black: 0x000000, .red: 0xCD0000, .green: 0x00CD00, .yellow: 0xCDCD00, .blue: 0x0000EE, .magenta: 0xCD00CD,
      .cyan: 0x00CDCD, .white: 0xE5E5E5, .brightBlack: 0x7F7F7F, .brightRed: 0xFF0000, .brightGreen: 0x00FF00,
      .brightYellow: 0xFFFF00, .brightBlue: 0x5C5CFF, .brightMagenta: 0xFF00FF, .brightCyan: 0x00FFFF,
      .brightWhite: 0xFFFFFF,
    ]
    guard let rgb = palette[color] else { return nil }
    let parts = [16, 8, 0].map { shift in
      let part = Double(rgb >> shift & 0xFF) / 255
      return part <= 0.04045 ? part / 12.92 : pow((part + 0.055) / 1.055, 2.4)
    }
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]
  }

  @Test("High contrast has nothing dim, deuteranopia neither red nor green")
  func colours() {
    for role in Role.allCases {
      #expect(!Theme.highContrast.style(role).attributes.contains(.dim))
      #expect(Theme.highContrast.style(role).foreground == .default)
      let safe = Theme.deuteranopia.style(role).foreground
      #expect(![.red, .green, .brightRed, .brightGreen].contains(safe))
    }
  }

  @Test("ASCII borders leave the text of rows alone") func borders() {
    var state = State(
      context: State.Context(
        installed: State.Installed(name: "é"), isReadOnly: false, isASCII: false, hasASCIIBorders: true),
      size: Size(rows: 24, columns: 80), now: Sample.now)
    _ = state.reduce(Sample.opened(0, state.context.installed, nil))
    _ = state.reduce(.loaded(Sample.load))
    state.type("GD")
    let text = state.render().grid.text
    #expect(text.contains("+---") && text.contains("é") && !text.contains("│"))
  }

  @Test(
    "What stands for a row is copied",
    arguments: [
      ("jy", ReduceTests.nginx), ("j<Enter>y", ReduceTests.nginx), ("jY", Sample.digest(ReduceTests.nginx).description),
      ("2y", "docker.io/library/postgres:17"), ("5jy", "docker.io"), (":group registry<Enter>gy", "docker.io"),
      ("6jy", "\(Sample.account)/team/app:2.0"),
    ])
  func copies(keys: String, text: String) {
    var state = Sample.state()
    #expect(state.type(keys) == [.terminal(.copy(text))])
    #expect(state.said.contains("copied \(text)"))
  }

  @Test("The wheel moves, a press chooses, a double press opens, and elsewhere nothing happens") func mouse() {
    var state = Sample.state()
    func point(_ kind: Mouse.Kind, _ row: Int) {
      _ = state.reduce(.key(.mouse(Mouse(kind: kind, position: Position(row: row, column: 5)))))
    }
    point(.wheelDown, 0)
    #expect(state.mirrors.position == 3)
    point(.wheelUp, 0)
    #expect(state.mirrors.position == 0)
    point(.press, 6)
    #expect(state.mirrors.position == 2)
    for row in [0, 3, 20, 23, 99] { point(.double, row) }
    #expect(state.place == .mirrors && state.mirrors.position == 2)
    point(.double, 5)
    #expect(state.place == .mirror(ReduceTests.nginx))
    point(.press, 5)
    point(.wheelDown, 5)
    #expect(state.place == .mirror(ReduceTests.nginx))
  }

  @Test("How an installation was looked at is taken up again") func memory() throws {
    var state = Sample.state()
    state.type(":sort state<Enter>Wb/redis<Enter>3:sort took up<Enter>")
    let data = try JSONEncoder().encode(state.remembered)
    var next = Sample.state()
    next.restore(try JSONDecoder().decode(Remembered.self, from: data))
    #expect(next.remembered == state.remembered)
    #expect(next.place == .history && next.mirrors.isWide && next.mirrors.sortText == "state down")
    #expect(next.history.sortText == "took up" && next.mirrors.groupingName == "repository")
    next.type("1/<^P>")
    #expect(next.mirrors.filter.text == "redis")
    next.type("<^N><Esc>:<Up>")
    #expect(next.render().grid.text.contains("sort took up"))
    var odd = Sample.state()
    odd.restore(Remembered(view: "gone", sorts: ["mirrors": "gone up", "jobs": ""], wide: ["x"], grouping: "gone"))
    #expect(odd.remembered == Sample.state().remembered)
  }

  @Test("The memory is a file for each installation, and one that is damaged is passed over") func file() throws {
    let folder = "/tmp/ecrmirror-state-\(UInt64.random(in: .min ... .max))/deep"
    let (one, other) = (StateFile(folder: folder, name: "one"), StateFile(folder: folder, name: "other"))
    #expect(one.read() == nil)
    let memory = Remembered(view: "jobs", filters: ["é"])
    one.write(memory)
    one.write(memory)
    #expect(one.read() == memory && other.read() == nil)
    let names = try FileManager.default.contentsOfDirectory(atPath: folder)
    #expect(names.count == 1)
    try Data("{nonsense".utf8).write(to: URL(filePath: "\(folder)/\(names[0])"))
    #expect(one.read() == nil)
    StateFile(folder: "/proc/nowhere", name: "x").write(memory)
    try FileManager.default.removeItem(atPath: folder)
  }
}
