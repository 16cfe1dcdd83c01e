/// A text between the brackets of a paste, `ESC [ 200 ~` and `ESC [ 201 ~`, as it comes.
struct PasteText {
  /// In characters. What is longer is cut, and its rest swallowed.
  static let limit = 65536

  private var scalars = String.UnicodeScalarView()
  private var count = 0
  /// How much of the closing bracket was seen.
  private var matched = 0

  private static let end: [UInt32] = [0x1b, 0x5b, 0x32, 0x30, 0x31, 0x7e]

  var isFull: Bool { count >= Self.limit }
  var text: String { String(scalars) }

  /// - Returns: whether the closing bracket is complete.
  mutating func take(_ unit: UInt32) -> Bool {
    if unit == 0x9b || unit == 0x1b {
      flush()
      matched = unit == 0x1b ? 1 : 2
      return false
    }
    if matched > 0, unit == Self.end[matched] {
      matched += 1
      return matched == Self.end.count
    }
    flush()
    append(unit)
    return false
  }

  /// Forgets the text; what was seen of the closing bracket still counts.
  mutating func cut() {
    scalars = String.UnicodeScalarView()
    count = 0
  }

  /// What looked like the closing bracket and was not is text.
  private mutating func flush() {
    for unit in Self.end.prefix(matched) { append(unit) }
    matched = 0
  }

  private mutating func append(_ unit: UInt32) {
    guard !isFull, let scalar = Unicode.Scalar(unit) else { return }
    scalars.append(scalar)
    count += 1
  }
}
