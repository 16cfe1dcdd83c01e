import Support

extension TOMLParser {
  mutating func value(depth: Int) throws(DocumentError) -> TOMLNode {
    let line = self.line
    if depth >= Self.deepest {
      throw mistake("it is nested too deeply, more than \(Self.deepest) nested lists and tables")
    }
    switch peek {
    case UInt8(ascii: "\""), UInt8(ascii: "'"):
      let text =
        starts(with: "\"\"\"") || starts(with: "'''") ? try quotedOverLines() : try quoted()
      return TOMLNode(line: line, .text(text))
    case UInt8(ascii: "["): return TOMLNode(line: line, .list(try list(depth: depth + 1)))
    case UInt8(ascii: "{"): return try inlineTable(depth: depth + 1)
    default: return TOMLNode(line: line, try word())
    }
  }

  private mutating func list(depth: Int) throws(DocumentError) -> [TOMLNode] {
    position += 1
    var list: [TOMLNode] = []
    while true {
      skipBlankLines()
      if take("]") { return list }
      list.append(try value(depth: depth))
      skipBlankLines()
      if take(",") { continue }
      try expect("]", "at the end of a list, or a comma")
      return list
    }
  }

  /// `{a = 1, b.c = 2}`, on one line.
  private mutating func inlineTable(depth: Int) throws(DocumentError) -> TOMLNode {
    position += 1
    let table = TOMLTable(.headed, line: line)
    skipBlanks()
    if take("}") { return table.node }
    while true {
      let keys = try self.keys()
      let (place, key) = try target(of: keys, in: table)
      try expect("=", "after a key")
      skipBlanks()
      try place.set(key, try value(depth: depth + keys.count - 1), line: line)
      skipBlanks()
      if take(",") { continue }
      try expect("}", "at the end of a table in braces, or a comma")
      return table.node
    }
  }

  // MARK: - Words

  /// true, false, a number or a time.
  private mutating func word() throws(DocumentError) -> TOMLValue {
    let start = position
    while let byte = peek, isAlphanumeric(byte) || "+-_.:".utf8.contains(byte) { position += 1 }
    // A blank between a date and a time.
    if bytes[start..<position].count == 10, peek == 0x20, position + 1 < bytes.count, isDigit(bytes[position + 1]) {
      position += 1
      while let byte = peek, isAlphanumeric(byte) || "+-.:".utf8.contains(byte) { position += 1 }
    }
    let text = String(decoding: bytes[start..<position], as: UTF8.self)
    switch text {
    case "true": return .flag(true)
    case "false": return .flag(false)
    case "": throw mistake("a value is expected here; strings need quotes")
    default: break
    }
    if let number = Self.number(text) { return number }
    if TOMLTime.isOne(text) { return .time(text) }
    throw mistake("'\(text.cleaned.shortened(to: 60))' is not a value; strings need quotes")
  }

  /// Digits with a sign, of base 2, 8, 10 or 16; or with a fraction or an exponent; `inf` and `nan`.
  private static func number(_ text: String) -> TOMLValue? {
    var digits = text[...]
    let sign = digits.first.flatMap { $0 == "+" || $0 == "-" ? $0 : nil }
    if sign != nil { digits = digits.dropFirst() }
    if digits == "inf" { return .number(sign == "-" ? -.infinity : .infinity) }
    if digits == "nan" { return .number(.nan) }
    for (prefix, radix) in [("0x", 16), ("0o", 8), ("0b", 2)] where digits.hasPrefix(prefix) {
      guard sign == nil, let plain = withoutUnderscores(digits.dropFirst(2), \.isHexDigit) else { return nil }
      return Int64(plain, radix: radix).map(TOMLValue.integer)
    }
    guard let plain = withoutUnderscores(digits, \.isNumber) else { return nil }
    guard let first = plain.utf8.first, isDigit(first) else { return nil }
    // No zero stands in front of other digits.
    let whole = plain.prefix { $0.isASCII && $0.isNumber }
    if whole.count > 1, whole.first == "0" { return nil }
    let signed = (sign == "-" ? "-" : "") + plain
    if whole.count == plain.count { return Int64(signed).map(TOMLValue.integer) }
    let rest = plain.dropFirst(whole.count)
    let isFraction = rest.first == "." && rest.dropFirst().first?.isNumber == true
    guard isFraction || rest.first == "e" || rest.first == "E",
      rest.utf8.allSatisfy({ "0123456789.eE+-".utf8.contains($0) }), !rest.contains(".e"), !rest.contains(".E")
    else { return nil }
    return Double(signed).map(TOMLValue.number)
  }

  /// - Returns: nil where an underscore does not stand between two digits.
  private static func withoutUnderscores(_ text: Substring, _ isDigit: (Character) -> Bool) -> String? {
    let parts = text.split(separator: "_", omittingEmptySubsequences: false)
    for (before, after) in zip(parts, parts.dropFirst()) {
      guard let last = before.last, let first = after.first, isDigit(last), isDigit(first) else { return nil }
    }
    let plain = parts.joined()
    // A sign is no digit, though numbers are read with one.
    return plain.first.map { isDigit($0) } == true ? plain : nil
  }

  // MARK: - Texts

  /// A text in one pair of quotes: `"…"` with escapes, `'…'` without.
  mutating func quoted() throws(DocumentError) -> String {
    let quote = bytes[position]
    position += 1
    var text: [UInt8] = []
    while let byte = peek, byte != 0x0a, byte != 0x0d {
      position += 1
      if byte == quote { return String(decoding: text, as: UTF8.self) }
      if byte == UInt8(ascii: "\\"), quote == UInt8(ascii: "\"") {
        text += try escape()
      } else {
        text.append(byte)
      }
    }
    throw mistake("a string is not closed on its line")
  }

  /// A text in three pairs of quotes.
  private mutating func quotedOverLines() throws(DocumentError) -> String {
    let (quote, start) = (bytes[position], line)
    position += 3
    _ = takeLineEnd()
    var text: [UInt8] = []
    while let byte = peek {
      if byte == quote, bytes[position...].starts(with: [quote, quote, quote]) {
        let count = min(bytes[position...].prefix { $0 == quote }.count, 5)
        text += [UInt8](repeating: quote, count: count - 3)
        position += count
        return String(decoding: text, as: UTF8.self)
      }
      if takeLineEnd() {
        text.append(0x0a)
        continue
      }
      position += 1
      guard byte == UInt8(ascii: "\\"), quote == UInt8(ascii: "\"") else {
        text.append(byte)
        continue
      }
      if takeFoldedLines() { continue }
      text += try escape()
    }
    throw DocumentError(line: start, "a multi-line string is not closed")
  }

  /// A backslash at the end of a line takes all blanks and line ends that follow away.
  private mutating func takeFoldedLines() -> Bool {
    let start = position
    skipBlanks()
    guard takeLineEnd() else {
      position = start
      return false
    }
    repeat { skipBlanks() } while takeLineEnd()
    return true
  }

  /// What an escape behind its backslash stands for.
  private mutating func escape() throws(DocumentError) -> [UInt8] {
    let letter = peek
    position += 1
    switch letter {
    case UInt8(ascii: "b"): return [0x08]
    case UInt8(ascii: "t"): return [0x09]
    case UInt8(ascii: "n"): return [0x0a]
    case UInt8(ascii: "f"): return [0x0c]
    case UInt8(ascii: "r"): return [0x0d]
    case UInt8(ascii: "\""): return [0x22]
    case UInt8(ascii: "\\"): return [0x5c]
    case UInt8(ascii: "u"), UInt8(ascii: "U"):
      let count = letter == UInt8(ascii: "u") ? 4 : 8
      let digits = bytes[position...].prefix(count)
      guard digits.count == count, let value = UInt32(String(decoding: digits, as: UTF8.self), radix: 16),
        digits.first != UInt8(ascii: "+"), let scalar = Unicode.Scalar(value)
      else { throw mistake("an escape in a string is not a character") }
      position += count
      return Array(String(Character(scalar)).utf8)
    default: throw mistake("an escape in a string is unknown; a backslash itself is written twice")
    }
  }
}
