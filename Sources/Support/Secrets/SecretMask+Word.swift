extension SecretMask {
  /// Writes a word without the secrets that are known by where they stand in it.
  mutating func writeWord(_ range: Range<Int>) {
    let end = range.upperBound
    // Looked for once for the whole word, so that one of many URLs costs no more than its length.
    let user = lastUserEnd(range)
    var query: Int?
    var start = range.lowerBound
    while let scheme = schemeEnd(start..<end) {
      writePlain(start..<scheme, user: nil)
      result += bytes[scheme..<scheme + 3]
      start = writeAuthority(scheme + 3..<end, user: user)
      if query.map({ $0 < start }) ?? true { query = bytes[start..<end].firstIndex(where: \.beginsQuery) ?? end }
      if let query, query < end {
        result += bytes[start..<query]
        return writeQuery(query..<end)
      }
    }
    if start == range.lowerBound, bytes[start] == UInt8(ascii: "/"),
      let query = bytes[range].firstIndex(of: UInt8(ascii: "?"))
    {
      result += bytes[start..<query]
      return writeQuery(query..<end)
    }
    writePlain(start..<end, user: start == range.lowerBound ? user : nil)
  }

  /// Where `://` stands.
  private func schemeEnd(_ range: Range<Int>) -> Int? {
    var at = range.lowerBound
    while let colon = bytes[at..<range.upperBound].firstIndex(of: UInt8(ascii: ":")) {
      if bytes[colon..<range.upperBound].starts(with: "://".utf8) { return colon }
      at = colon + 1
    }
    return nil
  }

  /// Host and port, without the user before them.
  ///
  /// - Returns: where the path begins.
  private mutating func writeAuthority(_ range: Range<Int>, user: Int?) -> Int {
    let end = bytes[range].firstIndex { $0 == UInt8(ascii: "/") || $0.beginsQuery } ?? range.upperBound
    let host = bytes[range.lowerBound..<end]
    if let at = host.lastIndex(of: UInt8(ascii: "@")), !isDigest(after: at, range.upperBound) {
      write(masking: range.lowerBound..<at)
      result += bytes[at..<end]
      return end
    }
    // A password with a slash in it: what should be a port is none, and an @ comes later.
    if let user, user > end, host.first != UInt8(ascii: "["), let colon = host.lastIndex(of: UInt8(ascii: ":")),
      !host[(colon + 1)...].allSatisfy(isDigit)
    {
      write(masking: range.lowerBound..<user)
      return user
    }
    // `a://b://c`: the colon is that of the next one.
    let next = host.last == UInt8(ascii: ":") ? end - 1 : end
    result += bytes[range.lowerBound..<next]
    return next
  }

  /// The last `@` that does not stand before a digest.
  private func lastUserEnd(_ range: Range<Int>) -> Int? {
    guard let at = bytes[range].lastIndex(of: UInt8(ascii: "@")) else { return nil }
    return isDigest(after: at, range.upperBound)
      ? bytes[range.lowerBound..<at].lastIndex(of: UInt8(ascii: "@")) : at
  }

  private func isDigest(after at: Int, _ end: Int) -> Bool {
    bytes[(at + 1)..<end].starts(with: "sha256:".utf8) || bytes[(at + 1)..<end].starts(with: "sha512:".utf8)
  }

  /// From `?` or `#` to the end: names stay, values go.
  private mutating func writeQuery(_ range: Range<Int>) {
    let end = bytes[range].withoutTrailingPunctuation.endIndex
    var at = range.lowerBound
    while at < end {
      let next = bytes[(at + 1)..<end].firstIndex { $0 == UInt8(ascii: "&") || $0.beginsQuery } ?? end
      // A value without a name goes as a whole.
      let value = bytes[at..<next].firstIndex(of: UInt8(ascii: "=")).map { $0 + 1 } ?? at + 1
      result += bytes[at..<value]
      if value < next { write(masking: value..<next) }
      at = next
    }
    result += bytes[end..<range.upperBound]
  }

  /// What is no URL: `user:password@host`, and names with their values.
  private mutating func writePlain(_ range: Range<Int>, user: Int?) {
    var written = range.lowerBound
    while written < range.upperBound, bytes[written].opens { written += 1 }
    result += bytes[range.lowerBound..<written]
    if let user, user > written, bytes[written..<user].contains(UInt8(ascii: ":")) {
      write(masking: written..<user)
      written = user
    }
    var (name, at) = (written, written)
    while at < range.upperBound {
      let byte = bytes[at]
      if byte.isNamePart {
        at += 1
        continue
      }
      if let value = value(after: at, named: name..<at, in: range) {
        result += bytes[written...at]
        write(masking: value)
        (written, at) = (value.upperBound, value.upperBound)
        name = at
      } else {
        at += 1
        name = at
      }
    }
    result += bytes[written..<range.upperBound]
  }

  /// The value of a secret after its name and a separator.
  private func value(after separator: Int, named name: Range<Int>, in word: Range<Int>) -> Range<Int>? {
    let isColon = bytes[separator] == UInt8(ascii: ":")
    guard isColon || bytes[separator] == UInt8(ascii: "="), bytes[name].namesSecret else { return nil }
    let rest = bytes[(separator + 1)..<word.upperBound]
    // After a colon no further than to the next one, so that many of them cost no more than the word's length.
    let end = rest.firstIndex { $0 == UInt8(ascii: "&") || (isColon && $0 == UInt8(ascii: ":")) } ?? rest.endIndex
    let value = rest[..<end].withoutTrailingPunctuation
    if value.isEmpty { return nil }
    if isColon {
      // `registry/token:1.0` is an image, `arn:aws:secretsmanager:…:secret:name` a name.
      let before = name.lowerBound > word.lowerBound ? bytes[name.lowerBound - 1] : nil
      if before == UInt8(ascii: "/") || before == UInt8(ascii: ":") { return nil }
      if value.count < 16 || !value.looksSecret { return nil }
    }
    return value.startIndex..<value.endIndex
  }
}
