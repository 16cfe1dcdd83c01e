import Glibc
import Support

/// Both ends of a terminal that exists only in the kernel: the screen draws on `terminal`, the test sits at `person`.
final class PseudoTerminal {
  let person: CInt
  let terminal: CInt
  let path: String

  init(rows: UInt16 = 24, columns: UInt16 = 80) throws {
    // What `unlockpt` and `ptsname` do, which the C library hides behind a feature macro.
    person = open("/dev/ptmx", O_RDWR | O_NOCTTY)
    var (locked, number): (CInt, CInt) = (0, 0)
    guard person >= 0, ioctl(person, 0x4004_5431, &locked) == 0, ioctl(person, 0x8004_5430, &number) == 0 else {
      throw SystemError("open a pseudo-terminal")
    }
    path = "/dev/pts/\(number)"
    terminal = open(path, O_RDWR | O_NOCTTY)
    guard terminal >= 0 else { throw SystemError("open the terminal's end") }
    resize(rows: rows, columns: columns)
    _ = fcntl(person, F_SETFL, O_NONBLOCK)
  }

  deinit {
    close(terminal)
    hangUp()
  }

  private var isHungUp = false

  func hangUp() {
    if !isHungUp { close(person) }
    isHungUp = true
  }

  func resize(rows: UInt16, columns: UInt16) {
    var window = winsize(ws_row: rows, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0)
    _ = ioctl(person, UInt(TIOCSWINSZ), &window)
  }

  func type(_ text: String) {
    let bytes = Array(text.utf8)
    _ = write(person, bytes, bytes.count)
  }

  /// What was written so far, waiting up to ten seconds for it to contain `text`.
  func output(until text: String) -> String {
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 65536)
    for _ in 0..<1000 {
      var source = pollfd(fd: person, events: Int16(POLLIN), revents: 0)
      poll(&source, 1, 10)
      let count = read(person, &chunk, chunk.count)
      if count > 0 { bytes += chunk.prefix(count) }
      let all = String(decoding: bytes, as: UTF8.self)
      if all.contains(text) { return all }
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  var modes: termios {
    var modes = termios()
    tcgetattr(terminal, &modes)
    return modes
  }
}
