import Support

/// One line of CSV, as RFC 4180 has it, with blanks around its fields.
enum CSVLine {
  private enum Place {
    case beforeField
    case plain
    case quoted
    /// Behind a quote in a quoted field: its end, or the first of two that stand for one.
    case afterQuote
    case afterField
  }

  /// The fields, quotes and blanks around them taken away.
  ///
  /// - Returns: nil where a quote is open at the end, stands within a plain field, or has something behind it that is no
  ///   comma.
  static func fields(_ line: Substring) -> [String]? {
    var fields: [String] = []
    var field: [UInt8] = []
    var place = Place.beforeField
    func finish() {
      fields.append(String(String(decoding: field, as: UTF8.self).trimmedOfBlanks))
      field.removeAll(keepingCapacity: true)
    }
    for byte in line.utf8 {
      switch (place, byte) {
      case (.quoted, UInt8(ascii: "\"")): place = .afterQuote
      case (.quoted, _): field.append(byte)
      case (.beforeField, UInt8(ascii: "\"")): place = .quoted
      case (.afterQuote, UInt8(ascii: "\"")):
        field.append(byte)
        place = .quoted
      case (_, UInt8(ascii: "\"")): return nil
      case (_, UInt8(ascii: ",")):
        finish()
        place = .beforeField
      case (.beforeField, UInt8(ascii: " ")), (.beforeField, UInt8(ascii: "\t")), (.afterField, UInt8(ascii: " ")),
        (.afterField, UInt8(ascii: "\t")):
        break
      case (.afterQuote, UInt8(ascii: " ")), (.afterQuote, UInt8(ascii: "\t")): place = .afterField
      case (.afterQuote, _), (.afterField, _): return nil
      case (.beforeField, _), (.plain, _):
        field.append(byte)
        place = .plain
      }
    }
    if place == .quoted { return nil }
    finish()
    return fields
  }
}
