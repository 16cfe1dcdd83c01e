import Glibc
import Support
import Testing

@testable import Terminal

/// One screen at a time: the suite is serial.
@Suite(.serialized) struct ScreenTests {
  func open(
    _ terminal: PseudoTerminal, color: Bool = true, type: String = "xterm-256color", locale: String = "C.UTF-8"
  ) async throws -> Screen {
    let descriptor = terminal.terminal
    return try await Screen.open(
      Screen.Options(color: color, input: descriptor, output: descriptor, type: type, locale: locale))
  }

  func grid(_ text: String, style: Style = .plain, size: Size = Size(rows: 24, columns: 80)) -> Grid {
    var grid = Grid(size)
    grid.put(text, row: 0, column: 0, style: style)
    return grid
  }

  @Test("It says its size, shows grids, gives keys, and leaves the terminal as it was") func wholeLife() async throws {
    let terminal = try PseudoTerminal()
    let before = terminal.modes
    let screen = try await open(terminal)
    var events = screen.events.makeAsyncIterator()
    #expect(await events.next() == .resized(Size(rows: 24, columns: 80)))
    #expect(terminal.modes.c_lflag & tcflag_t(ECHO | ICANON | ISIG) == 0)

    screen.show(grid("漢字 and é", style: Style(.red)))
    let painted = terminal.output(until: "and é")
    #expect(painted.contains("\u{1b}[?1049h"))
    #expect(painted.contains("漢字"))
    #expect(painted.contains("\u{1b}[31m"))

    terminal.type("j\u{1b}[A\u{1b}[200~pa\rste\u{1b}[201~")
    var keys: [Key] = []
    while keys.count < 3, case .keys(let batch, _)? = await events.next() { keys += batch }
    #expect(keys == [.character("j"), .up, .paste("pa\rste")])

    await screen.close()
    #expect(await events.next() == nil)
    let rest = terminal.output(until: "\u{1b}[?1049l")
    #expect(rest.contains("\u{1b}[?1049l"))
    #expect(rest.contains("\u{1b}[?2004l"))
    #expect(terminal.modes.c_lflag == before.c_lflag)
    #expect(terminal.modes.c_iflag == before.c_iflag)
    await screen.close()
  }

  @Test("Without colours only attributes are written") func monochrome() async throws {
    let terminal = try PseudoTerminal()
    let screen = try await open(terminal, color: false)
    screen.show(grid("word", style: Style(.red, .bold)))
    let painted = terminal.output(until: "word")
    #expect(!painted.contains("\u{1b}[31m"))
    #expect(painted.contains("1mword"))
    await screen.close()
  }

  @Test("A second grid writes only what changed") func difference() async throws {
    let terminal = try PseudoTerminal()
    let screen = try await open(terminal)
    screen.show(grid("first line that is long"))
    _ = terminal.output(until: "long")
    var next = grid("first line that is long")
    next.put("X", row: 10, column: 5)
    screen.show(next)
    let painted = terminal.output(until: "X")
    #expect(painted.contains("X"))
    #expect(!painted.contains("first"))
    #expect(painted.utf8.count < 40)
    await screen.close()
  }

  @Test("A new size is told and drawn") func resize() async throws {
    let terminal = try PseudoTerminal()
    let screen = try await open(terminal)
    var events = screen.events.makeAsyncIterator()
    _ = await events.next()
    terminal.resize(rows: 10, columns: 40)
    kill(getpid(), SIGWINCH)
    #expect(await events.next() == .resized(Size(rows: 10, columns: 40)))
    screen.show(grid("small", size: Size(rows: 10, columns: 40)))
    #expect(terminal.output(until: "small").contains("small"))
    screen.show(grid("too large a grid is clipped", size: Size(rows: 50, columns: 200)))
    #expect(terminal.output(until: "clipped").contains("clipped"))
    await screen.close()
  }

  @Test("Signals and a closed terminal end it with the terminal given back", arguments: [SIGTERM, SIGHUP, SIGINT, 0])
  func ends(signal: CInt) async throws {
    let terminal = try PseudoTerminal()
    let screen = try await open(terminal)
    var events = screen.events.makeAsyncIterator()
    _ = await events.next()
    if signal == 0 { terminal.hangUp() } else { kill(getpid(), signal) }
    #expect(await events.next() == .ended(signal == 0 ? .hangup : .signal(signal)))
    #expect(await events.next() == nil)
    await screen.close()
    screen.show(grid("nobody sees this"))
  }

  @Test("After a crash the terminal is plain again") func crash() async throws {
    let terminal = try PseudoTerminal()
    let before = terminal.modes
    let screen = try await open(terminal)
    screen.show(grid("working"))
    _ = terminal.output(until: "working")
    CrashReset.giveBack()
    let reset = terminal.output(until: "\u{1b}[?1049l")
    #expect(reset.contains("\u{1b}[?1049l"))
    #expect(reset.contains("\u{1b}[?25h") || reset.contains("\u{1b}[34h"))
    #expect(terminal.modes.c_lflag == before.c_lflag)
    await screen.close()
  }

  @Test("A trap anywhere in the program gives the terminal back before it dies") func trap() async throws {
    let terminal = try PseudoTerminal()
    let before = terminal.modes
    let path: String = terminal.path
    await #expect(processExitsWith: .failure) { [path = path as String] in
      let descriptor = Glibc.open(path, O_RDWR | O_NOCTTY)
      let screen = try await Screen.open(
        Screen.Options(input: descriptor, output: descriptor, type: "xterm-256color", locale: "C.UTF-8"))
      screen.show(Grid(Size(rows: 24, columns: 80)))
      let empty: [Int] = []
      print(empty[Int.random(in: 1...2)])
    }
    #expect(terminal.output(until: "\u{1b}[?1049l").contains("\u{1b}[?1049l"))
    #expect(terminal.modes.c_lflag == before.c_lflag)
  }

  @Test(
    "What is no terminal, or one that cannot serve, is refused in words",
    arguments: [
      ("", "set TERM"), ("dumb", "cannot move its cursor"), ("no-such-terminal", "not known on this machine"),
      ("evil\u{1b}[31m", "not known on this machine"),
    ])
  func refusals(type: String, words: String) async throws {
    let terminal = try PseudoTerminal()
    let error = await #expect(throws: ScreenError.self) { _ = try await open(terminal, type: type) }
    #expect(error?.description.contains(words) == true)
    #expect(error?.description.contains("\u{1b}") == false)
  }

  @Test("A file is no terminal") func noTerminal() async throws {
    let null = Glibc.open("/dev/null", O_RDWR)
    defer { close(null) }
    let error = await #expect(throws: ScreenError.self) {
      _ = try await Screen.open(Screen.Options(input: null, output: null))
    }
    #expect(error == .noTerminal)
  }

  @Test("Where the locale is not UTF-8, nothing but ASCII is written") func ascii() async throws {
    let terminal = try PseudoTerminal()
    let screen = try await open(terminal, locale: "C")
    #expect(!screen.isUTF8)
    screen.show(grid("é漢 end"))
    let painted = terminal.output(until: "end")
    #expect(painted.contains("?? end"))
    #expect(painted.utf8.count == painted.unicodeScalars.count)
    await screen.close()
  }

  @Test(
    "Delays are taken out of a terminal's sequences",
    arguments: [("a$<5>b", "ab"), ("$<2/>x", "x"), ("$x<", "$x<"), ("$<5", "$<5")])
  func padding(text: String, expected: String) {
    #expect(TerminalSession.withoutPadding(text) == expected)
  }
}
