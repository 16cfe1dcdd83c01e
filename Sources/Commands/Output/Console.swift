import FoundationEssentials
import Glibc
import Support
import Terminal

/// Standard output for results, standard error for everything else.
enum Console {
  /// Writes a line of results.
  static func print(_ line: String) { write(line + "\n", to: 1) }

  /// Writes a line that is no result: progress, notes, warnings. It may hold anything.
  static func note(_ line: String) { write(line.cleaned + "\n", to: 2) }

  static func write(_ text: String, to descriptor: CInt) {
    // Where nobody reads what is said, there is nobody to tell that either.
    if writeAll(text, to: descriptor) == EPIPE && descriptor == 1 { BrokenPipe.end() }
  }

  static func write(_ bytes: [UInt8], to descriptor: CInt) {
    if writeAll(bytes[...], to: descriptor) == EPIPE && descriptor == 1 { BrokenPipe.end() }
  }

  /// What can be read, to its end or a little beyond `limit`.
  ///
  /// - Returns: nil, and `errno`, where it cannot be read.
  static func readAll(_ descriptor: CInt, limit: Int) -> [UInt8]? {
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 1 << 16)
    while bytes.count <= limit {
      let count = read(descriptor, &chunk, chunk.count)
      if count < 0 {
        if errno == EINTR { continue }
        return nil
      }
      if count == 0 { break }
      bytes += chunk[..<count]
    }
    return bytes
  }

  static func isTerminal(_ descriptor: CInt) -> Bool { isatty(descriptor) == 1 }

  /// Columns of the terminal; nil where there is none.
  static func width(_ descriptor: CInt) -> Int? {
    var size = winsize()
    guard ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return nil }
    return Int(size.ws_col)
  }

  /// Columns that a table on standard output has; nil where it may be of any width, as in a pipe.
  static func tableWidth(isWide: Bool) -> Int? { isWide || !isTerminal(1) ? nil : width(1) }

  /// What stands where something was left out, in characters that the locale has.
  static var ellipsis: Character { TerminalSurvey.isLocaleUTF8 ? "…" : "~" }

  /// One JSON document, keys in order.
  static func print(json value: JSONValue) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    print(String(decoding: try encoder.encode(value), as: UTF8.self).withJSONEscapes)
  }
}
