import Support

/// Takes a TOML document apart, by the grammar of version 1.0: https://toml.io/en/v1.0.0
///
/// Only what no file of containers has is not looked at closely: a date or time is kept as it is written.
struct TOMLParser {
  /// Lists and tables within one another, and keys with dots: what reads them calls itself for each.
  static let deepest = 64
  /// Bytes.
  static let longest = 1 << 20

  let bytes: [UInt8]
  var position = 0
  private(set) var line = 1

  init(_ bytes: [UInt8]) throws(DocumentError) {
    guard bytes.count <= Self.longest else { throw DocumentError(line: nil, "it is larger than 1 MiB") }
    self.bytes = bytes
    if let fault = Self.fault(in: bytes) { throw fault }
    if bytes.starts(with: [0xef, 0xbb, 0xbf]) { position = 3 }
  }

  /// Characters that may stand nowhere.
  private static func fault(in bytes: [UInt8]) -> DocumentError? {
    var line = 1
    for (index, byte) in bytes.enumerated() {
      if byte == 0x0a { line += 1 }
      let isLineEnd = byte == 0x0a || byte == 0x0d && index + 1 < bytes.count && bytes[index + 1] == 0x0a
      if byte < 0x20 && byte != 0x09 && !isLineEnd || byte == 0x7f {
        return DocumentError(line: line, "there is a control character here")
      }
    }
    return String(validating: bytes, as: UTF8.self) == nil ? DocumentError(line: nil, "it is not UTF-8 text") : nil
  }

  mutating func document() throws(DocumentError) -> TOMLNode {
    let root = TOMLTable(.headed, line: 1)
    var table = root
    while true {
      skipBlankLines()
      guard let byte = peek else { return root.node }
      if byte == UInt8(ascii: "[") {
        table = try header(below: root)
      } else {
        let line = self.line
        let (place, key) = try target(of: keys(), in: table)
        try expect("=", "after the key '\(key.cleaned.shortened(to: 60))'")
        skipBlanks()
        try place.set(key, try value(depth: 0), line: line)
      }
      try endLine()
    }
  }

  /// `[a.b]` or `[[a.b]]`.
  private mutating func header(below root: TOMLTable) throws(DocumentError) -> TOMLTable {
    let line = self.line
    position += 1
    let isItem = take("[")
    var keys = try self.keys()
    try expect("]", "after the name of a table")
    // The second one follows at once.
    if isItem, !take("]") { throw mistake("']]' is expected after the name of a list of tables") }
    let last = keys.removeLast()
    var table = root
    for key in keys { table = try table.entering(key, line: line) }
    return isItem ? try table.adding(last, line: line) : try table.heading(last, line: line)
  }

  /// The table that a key with dots is set in, and its last part.
  func target(of keys: [String], in table: TOMLTable) throws(DocumentError) -> (TOMLTable, String) {
    var table = table
    for key in keys.dropLast() { table = try table.dotting(key, line: line) }
    return (table, keys.last ?? "")
  }

  /// One or more keys between dots.
  mutating func keys() throws(DocumentError) -> [String] {
    var keys: [String] = []
    repeat {
      skipBlanks()
      keys.append(try key())
      skipBlanks()
      if keys.count > Self.deepest { throw mistake("a key has more than \(Self.deepest) parts") }
    } while take(".")
    return keys
  }

  private mutating func key() throws(DocumentError) -> String {
    if peek == UInt8(ascii: "\"") || peek == UInt8(ascii: "'") {
      if starts(with: "\"\"\"") || starts(with: "'''") { throw mistake("a key is on one line") }
      return try quoted()
    }
    let start = position
    while let byte = peek, isAlphanumeric(byte) || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "-") {
      position += 1
    }
    guard position > start else { throw mistake("a key is expected here") }
    return String(decoding: bytes[start..<position], as: UTF8.self)
  }

  // MARK: - Steps

  var peek: UInt8? { position < bytes.count ? bytes[position] : nil }

  func starts(with text: StaticString) -> Bool {
    text.withUTF8Buffer { bytes[position...].starts(with: $0) }
  }

  /// - Returns: whether the text stood here, which then is behind.
  mutating func take(_ text: StaticString) -> Bool {
    guard starts(with: text) else { return false }
    position += text.utf8CodeUnitCount
    return true
  }

  mutating func expect(_ text: StaticString, _ place: String) throws(DocumentError) {
    if !take(text) { throw mistake("'\(text)' is expected \(place)") }
  }

  mutating func skipBlanks() {
    while peek == 0x20 || peek == 0x09 { position += 1 }
  }

  /// Blanks, line ends and comments.
  mutating func skipBlankLines() {
    while true {
      skipBlanks()
      skipComment()
      guard takeLineEnd() else { return }
    }
  }

  mutating func takeLineEnd() -> Bool {
    guard take("\n") || take("\r\n") else { return false }
    line += 1
    return true
  }

  private mutating func skipComment() {
    guard peek == UInt8(ascii: "#") else { return }
    while let byte = peek, byte != 0x0a, byte != 0x0d { position += 1 }
  }

  private mutating func endLine() throws(DocumentError) {
    skipBlanks()
    skipComment()
    if peek != nil, !takeLineEnd() { throw mistake("nothing but a comment may follow on this line") }
  }

  func mistake(_ reason: String) -> DocumentError { DocumentError(line: line, reason) }
}
