extension Key {
  /// Reads a key as its description names it: `m`, `^D`, `Alt-x`, `F5`, `PgDn`, `Space`.
  public init?(name: String) {
    if let named = Self.named[name.lowercased()] {
      self = named
    } else if name.count == 1, let character = name.first, !character.isWhitespace {
      self = .character(character)
    } else if name.count == 2, name.first == "^", let letter = name.last, letter.isASCII {
      self = .control(Character(letter.uppercased()))
    } else if name.lowercased().hasPrefix("alt-"), name.count == 5, let character = name.last {
      self = .alt(character)
    } else if name.uppercased().first == "F", let number = Int(name.dropFirst()), (1...24).contains(number) {
      self = .function(number)
    } else {
      return nil
    }
  }

  private static let named: [String: Key] = Dictionary(
    uniqueKeysWithValues: [
      .character(" "), .up, .down, .left, .right, .pageUp, .pageDown, .home, .end, .insert, .delete, .backspace, .enter,
      .tab, .backtab, .escape,
    ].map { (key: Key) in (key.description.lowercased(), key) })
}
