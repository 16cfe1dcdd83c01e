import Support

/// A descriptor that lines go to, each with one `write`, so that lines of several processes do not mix.
struct LogOutput: Sendable {
  let descriptor: CInt

  func write(line: String) {
    // A reader that stands still for so long loses the line, for the work must go on.
    _ = writeAll(line + "\n", to: descriptor, patience: .seconds(1))
  }
}
