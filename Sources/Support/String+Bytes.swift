extension StringProtocol {
  /// Whether these words are in it, byte by byte: for many lines that are read by programs, where what people take for
  /// one letter does not matter.
  public func hasBytes(of words: StaticString) -> Bool {
    words.withUTF8Buffer { words in
      guard let first = words.first else { return true }
      return utf8.withContiguousStorageIfAvailable { Self.has(words, first, in: $0) }
        ?? Array(utf8).withUnsafeBufferPointer { Self.has(words, first, in: $0) }
    }
  }

  private static func has(
    _ words: UnsafeBufferPointer<UInt8>, _ first: UInt8, in text: UnsafeBufferPointer<UInt8>
  ) -> Bool {
    var rest = text[...]
    while rest.count >= words.count, let start = rest.firstIndex(of: first) {
      rest = rest[start...]
      if rest.starts(with: words) { return true }
      rest = rest.dropFirst()
    }
    return false
  }
}
