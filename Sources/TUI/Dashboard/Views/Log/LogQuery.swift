import Support

/// What is looked for in a log: words as they stand, or a regular expression between slashes; case does not matter.
struct LogQuery: Sendable, Equatable {
  /// As it was typed.
  let text: String
  private let pattern: SearchPattern

  /// - Throws: `FilterError` for what is no regular expression, and for what would take too long to look for.
  init(_ text: String) throws(FilterError) {
    self.text = text
    if text.hasPrefix("/") {
      let body = text.dropFirst()
      pattern = try SearchPattern(filter: String(body.hasSuffix("/") ? body.dropLast() : body), findsRanges: true)
    } else {
      let words = text.unicodeScalars.map { Self.special.contains($0) ? "\\\($0)" : String($0) }.joined()
      pattern = try SearchPattern(filter: words, findsRanges: true)
    }
  }

  private static let special = Set("\\^$.[]|()*+?{}".unicodeScalars)

  func matches(_ line: String) -> Bool {
    pattern.matches(Array(line.utf8))
  }

  /// The text in pieces, every other one a match: the first may be empty.
  func pieces(of line: String) -> [String] {
    let bytes = Array(line.utf8)
    var pieces: [String] = []
    var at = 0
    for match in pattern.ranges(in: bytes) {
      pieces.append(String(decoding: bytes[at..<match.lowerBound], as: UTF8.self))
      pieces.append(String(decoding: bytes[match], as: UTF8.self))
      at = match.upperBound
    }
    return pieces + [String(decoding: bytes[at...], as: UTF8.self)]
  }
}
