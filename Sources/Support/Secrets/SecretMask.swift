extension StringProtocol {
  /// The text with `***` in the place of whatever in it is, or looks like, a secret:
  ///
  /// - user information of URLs and references: `https://***@host/`, `***@host/x`;
  /// - values in the query and the fragment of URLs: `https://host/blob?X-Amz-Signature=***`;
  /// - what stands after the name of a secret: `password=***`, `"token": "***"`, `--creds ***`, `Authorization: Basic
  ///   ***`, `AWS_SECRET_ACCESS_KEY=***`;
  /// - tokens known by their beginning: JSON web tokens and those of GitHub, GitLab and Docker Hub.
  ///
  /// Digests and references to images stay. Takes time in proportion to the length, and masking twice is masking once.
  public var masked: String {
    var bytes = Array(utf8)
    var isChanged = false
    // What stands around a mask may look like a secret by itself.
    for _ in 0..<8 {
      var mask = SecretMask(bytes)
      guard mask.run() else { break }
      bytes = mask.result
      isChanged = true
    }
    return isChanged ? String(decoding: bytes, as: UTF8.self) : String(self)
  }
}

/// Goes over a text word by word: words end at blanks, quotes and angle brackets.
struct SecretMask {
  static let mask = Array("***".utf8)

  /// What the next word is because of the one before.
  private enum Expectation {
    case nothing
    /// The name of a secret stands there; its value follows if `:` or `=` comes first.
    case separator
    /// The value of a secret, whatever it looks like.
    case value
    /// Perhaps the value of a secret: `the token: denied` is none.
    case perhaps
    /// After `Bearer` and `Basic`, which are words of sentences too.
    case credentials
    /// After `Authorization:`, the name of a scheme, or the secret itself.
    case scheme
  }

  let bytes: [UInt8]
  var result: [UInt8] = []
  private var expected = Expectation.nothing
  private(set) var isChanged = false

  init(_ bytes: [UInt8]) {
    self.bytes = bytes
  }

  /// - Returns: whether anything was masked.
  mutating func run() -> Bool {
    result.reserveCapacity(bytes.count)
    var at = 0
    while at < bytes.count {
      let gap = at
      while at < bytes.count, bytes[at].endsWord { at += 1 }
      result += bytes[gap..<at]
      if at == bytes.count { break }
      let quote = at > gap && bytes[at - 1].isQuote ? bytes[at - 1] : nil
      let start = at
      if let quote, expected == .value {
        while at < bytes.count, bytes[at] != quote { at += bytes[at] == UInt8(ascii: "\\") ? 2 : 1 }
        at = min(at, bytes.count)
        expected = .nothing
        write(masking: start..<at)
      } else {
        while at < bytes.count, !bytes[at].endsWord { at += 1 }
        take(start..<at, isQuoted: quote != nil)
      }
    }
    return isChanged
  }

  private mutating func take(_ range: Range<Int>, isQuoted: Bool) {
    let word = bytes[range]
    let value = word.withoutPunctuation
    let before = expected
    expected = .nothing
    switch before {
    case .separator where word.first == UInt8(ascii: ":") || word.first == UInt8(ascii: "="):
      if word.count == 1 {
        result += word
        expected = .value
        return
      }
      let rest = word.dropFirst().withoutPunctuation
      if !rest.isEmpty && !rest.isLiteral { return write(masking: rest.indices, in: range) }
    case .value where !word.isOption && !value.isEmpty && !value.isLiteral:
      return write(masking: value.indices, in: range)
    case .perhaps where value.looksSecret, .credentials where value.looksSecret || value.hasCapitalWithin:
      return write(masking: value.indices, in: range)
    case .scheme where value.isWord("aws4-hmac-sha256"): break  // Its secrets have names of their own.
    case .scheme:
      if value.namesScheme {
        result += word
        expected = .value
        return
      }
      if value.looksSecret { return write(masking: value.indices, in: range) }
    default: break
    }
    if value.beginsLikeToken { return write(masking: value.indices, in: range) }
    writeWord(range)
    expected = Self.expectation(after: word, isQuoted: isQuoted)
  }

  /// What a word says about the next one.
  private static func expectation(after word: ArraySlice<UInt8>, isQuoted: Bool) -> Expectation {
    let isColon = word.last == UInt8(ascii: ":")
    let isEquals = word.last == UInt8(ascii: "=")
    var name = isColon || isEquals ? word.dropLast() : word.drop(while: \.opens)
    if let cut = name.lastIndex(where: { !$0.isNamePart }) {
      // The end of a URL or the like is no name.
      guard isColon || isEquals else { return .nothing }
      name = name[(cut + 1)...]
    }
    if !isEquals, !isColon, name.isWord("bearer") || name.isWord("basic") { return .credentials }
    guard name.namesSecret else { return .nothing }
    if isColon { return name.endsWithWord("authorization") ? .scheme : .perhaps }
    if isEquals { return .value }
    return word.isOption && !isQuoted ? .value : .separator
  }

  /// Puts the mask in the place of these bytes.
  mutating func write(masking range: Range<Int>) {
    if !bytes[range].elementsEqual(Self.mask) { isChanged = true }
    result += Self.mask
  }

  /// The same, with what stands around them in the word.
  private mutating func write(masking range: Range<Int>, in word: Range<Int>) {
    result += bytes[word.lowerBound..<range.lowerBound]
    write(masking: range)
    result += bytes[range.upperBound..<word.upperBound]
  }
}
