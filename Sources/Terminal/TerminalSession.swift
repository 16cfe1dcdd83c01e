import CNcurses
import Glibc
import Support

/// ncurses from `newterm` to `delscreen`. Lives on the screen's thread.
struct TerminalSession {
  let input: CInt
  let hasColor: Bool
  let isUTF8: Bool
  /// What this type of terminal sends for its keys.
  let sequences: KeySequences
  private let screen: OpaquePointer
  private let output: CInt
  private let hasMouse: Bool
  private let files: [UnsafeMutablePointer<FILE>]

  /// Takes the terminal over: no echo, every key at once, Esc not held back, the other screen where it has one.
  ///
  /// - Throws: `ScreenError` where it is no terminal, or one that cannot do this; then it is as it was.
  init(_ options: Screen.Options) throws(ScreenError) {
    let (input, output) = (options.input, options.output)
    guard isatty(input) == 1, isatty(output) == 1 else { throw .noTerminal }
    guard let type = options.type ?? getenv("TERM").map({ String(cString: $0) }), !type.isEmpty else { throw .noType }
    isUTF8 = Self.choose(locale: options.locale)
    var modes = termios()
    tcgetattr(output, &modes)

    guard let reader = fdopen(dup(input), "r"), let writer = fdopen(dup(output), "w") else { throw .noTerminal }
    guard let screen = newterm(type, writer, reader) else {
      fclose(reader)
      fclose(writer)
      throw .unknownType(type)
    }
    files = [reader, writer]
    self.screen = screen
    self.input = input
    self.output = output
    hasMouse = options.mouse
    guard shim_capability("cup") != nil else {
      endwin()
      delscreen(screen)
      files.forEach { fclose($0) }
      throw .tooSimple(type)
    }

    raw()
    noecho()
    nonl()
    keypad(shim_stdscr(), true)
    // ncurses draws only: what is typed is read here, as bytes.
    typeahead(-1)
    sequences = KeySequences { name in
      shim_capability(name).map { Array(Self.withoutPadding(String(cString: $0)).utf8) }
    }
    hasColor = options.color && has_colors() && start_color() != ERR && use_default_colors() != ERR
    CrashReset.arm(output: output, modes: modes, reset: Self.reset(mouse: options.mouse))
    report(true)
    fitToWindow()
  }

  /// Gives the terminal back, for a while or for good.
  func leave() {
    report(false)
    endwin()
  }

  /// Takes it again after `leave`.
  func enter() {
    report(true)
    keypad(shim_stdscr(), true)
    fitToWindow()
    clearok(shim_curscr(), true)
  }

  /// - Parameter flush: whether what waits at the keyboard is the rest of something, which a shell would take for words.
  func end(flush: Bool) {
    leave()
    if flush { tcflush(input, TCIFLUSH) }
    CrashReset.disarm()
    delscreen(screen)
    files.forEach { fclose($0) }
  }

  /// Tells ncurses how large the terminal is now.
  func fitToWindow() {
    var window = winsize()
    guard ioctl(output, UInt(TIOCGWINSZ), &window) == 0, window.ws_row > 0, window.ws_col > 0 else { return }
    if CInt(window.ws_row) != getmaxy(shim_stdscr()) || CInt(window.ws_col) != getmaxx(shim_stdscr()) {
      resizeterm(CInt(window.ws_row), CInt(window.ws_col))
    }
  }

  var size: Size { Size(rows: Int(getmaxy(shim_stdscr())), columns: Int(getmaxx(shim_stdscr()))) }

  /// How the locale writes characters.
  var charset: Charset {
    if isUTF8 { return .utf8 }
    return .other { bytes in
      var state = mbstate_t()
      var character = wchar_t()
      let count = bytes.withUnsafeBytes { raw in
        mbrtowc(&character, raw.baseAddress?.assumingMemoryBound(to: CChar.self), bytes.count, &state)
      }
      // (size_t)-2 is the beginning of a character, (size_t)-1 none.
      if count == Int(bitPattern: UInt.max - 1) { return .incomplete }
      guard count >= 0, let scalar = Unicode.Scalar(UInt32(bitPattern: character)) else { return .invalid }
      return .scalar(scalar.value)
    }
  }

  /// All that waits at the keyboard, up to a bound; nil where the terminal is gone. To be called when something waits.
  func read() -> [UInt8]? {
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 4096)
    repeat {
      let count = Glibc.read(input, &chunk, chunk.count)
      if count < 0 && (errno == EINTR || errno == EAGAIN) { continue }
      // A terminal that is readable and gives nothing is at its end, as one that hung up is.
      if count <= 0 { return bytes.isEmpty ? nil : bytes }
      bytes += chunk.prefix(count)
    } while bytes.count < Self.readLimit && isReadable
    return bytes
  }

  private static let readLimit = 65536

  private var isReadable: Bool {
    var source = pollfd(fd: input, events: Int16(POLLIN), revents: 0)
    return poll(&source, 1, 0) > 0 && source.revents & Int16(POLLIN) != 0
  }

  func copy(_ text: String) {
    let type = getenv("TERM").map { String(cString: $0) } ?? ""
    let isTmux = getenv("TMUX") != nil
    let bytes = Clipboard.sequence(text, tmux: isTmux, screen: !isTmux && type.hasPrefix("screen"))
    _ = writeAll(bytes[...], to: output, patience: .seconds(1))
  }

  /// Pastes between brackets and, where it is wanted, the mouse in its SGR form.
  private func report(_ on: Bool) {
    let sequence = Array(Self.modes(on, mouse: hasMouse).utf8)
    _ = write(output, sequence, sequence.count)
  }

  private static func modes(_ on: Bool, mouse: Bool) -> String {
    let letter = on ? "h" : "l"
    return "\u{1b}[?2004\(letter)" + (mouse ? "\u{1b}[?1000\(letter)\u{1b}[?1006\(letter)" : "")
  }

  /// The locale, or C.UTF-8 where this machine lacks it.
  ///
  /// - Returns: whether it writes UTF-8.
  static func choose(locale: String) -> Bool {
    if setlocale(LC_CTYPE, locale) == nil { setlocale(LC_CTYPE, "C.UTF-8") }
    return nl_langinfo(CInt(CODESET)).map { String(cString: $0) == "UTF-8" } ?? false
  }

  /// From the terminal's description: attributes off, cursor on, keypad off, back to the main screen.
  private static func reset(mouse: Bool) -> [UInt8] {
    var bytes = Array(modes(false, mouse: mouse).utf8)
    for name in ["sgr0", "cnorm", "rmkx", "rmcup"] {
      guard let text = shim_capability(name) else { continue }
      bytes += withoutPadding(String(cString: text)).utf8
    }
    return bytes
  }

  /// A capability without its delays, `$<5/>`, which `tputs` would wait for.
  static func withoutPadding(_ text: String) -> String {
    var result = ""
    var rest = text[...]
    while let character = rest.first {
      if rest.hasPrefix("$<"), let end = rest.firstIndex(of: ">") {
        rest = rest[rest.index(after: end)...]
      } else {
        result.append(character)
        rest.removeFirst()
      }
    }
    return result
  }
}
