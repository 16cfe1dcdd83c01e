import Support

extension FuzzTarget {
  /// What people see of any text: cleaned, cut, without secrets; and words as a shell takes them.
  static let texts = FuzzTarget("texts") { bytes throws(Broken) in
    let text = String(decoding: bytes, as: UTF8.self)
    try holdReadable(text.cleaned, within: .max)
    try hold(text.cleaned.cleaned == text.cleaned, "cleaned twice is another text")
    for length in [0, 1, 10] { try hold(text.shortened(to: length).count <= length, "longer than \(length)") }
    if let words = ShellWords.split(text) {
      try hold(ShellWords.split(words.map(ShellWords.quote).joined(separator: " ")) == words, "\(words)")
    }
    try hold(ShellWords.split(ShellWords.quote(text)) == [text], "quoted it is another word")
    try lines(bytes)
    try secret(text)
  }

  /// Whatever pieces they come in, the lines are the same, and none is longer than its limit.
  private static func lines(_ bytes: [UInt8]) throws(Broken) {
    var (whole, pieces) = (LineSplitter(limit: 64), LineSplitter(limit: 64))
    let expected = whole.feed(bytes) + [whole.finish()].compactMap(\.self)
    var found: [String] = []
    for byte in bytes { found += pieces.feed([byte]) }
    found += [pieces.finish()].compactMap(\.self)
    try hold(found == expected, "\(found) in pieces, \(expected) as a whole")
    // A byte that is no UTF-8 becomes three.
    try hold(expected.allSatisfy { $0.utf8.count <= 64 * 3 + 3 }, "a long line")
  }

  /// A password before a host, a token after its name and one behind its scheme are never left.
  private static func secret(_ text: String) throws(Broken) {
    let plain = text.filter { $0.isASCII && ($0.isLetter || $0.isNumber) }.prefix(20)
    let secret = "S3cr\(plain)Tz9"
    for line in ["https://u:\(secret)@h/x", "password=\(secret)", "Authorization: Bearer \(secret)"] {
      try hold(!line.masked.contains(secret), "\(line) became \(line.masked)")
    }
    try hold(text.masked.utf8.count <= 3 * text.utf8.count + 8, "masked it grows")
  }
}
