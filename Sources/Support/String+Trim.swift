extension StringProtocol {
  /// The text without spaces, tabs and line ends around it.
  public var trimmedOfBlanks: SubSequence {
    func isInk(_ byte: UInt8?) -> Bool { byte.map { $0 > 0x20 && $0 < 0x7f } ?? false }
    let isTrimmed = utf8.withContiguousStorageIfAvailable { isInk($0.first) && isInk($0.last) }
    if isTrimmed == true { return self[...] }
    // Line ends are looked at as scalars' property, for "\r\n" is one character.
    func isBlank(_ character: Character) -> Bool { character == " " || character == "\t" || character.isNewline }
    guard let first = firstIndex(where: { !isBlank($0) }), let last = lastIndex(where: { !isBlank($0) }) else {
      return self[endIndex...]
    }
    return self[first...last]
  }
}
