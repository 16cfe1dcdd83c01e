/// What was typed as a filter, cut into its words; a regular expression between slashes may hold spaces.
struct FilterText {
  struct Word: Equatable {
    var isInverse = false
    /// Whether it stood after a slash.
    var isPattern = false
    var text = ""
  }

  private(set) var words: [Word] = []

  init(_ text: String) {
    var rest = text[...]
    while true {
      rest = rest.drop(while: \.isWhitespace)
      guard !rest.isEmpty else { return }
      var word = Word()
      if rest.first == "!" {
        word.isInverse = true
        rest.removeFirst()
      }
      if rest.first == "/" {
        word.isPattern = true
        rest.removeFirst()
        word.text = Self.pattern(&rest)
      } else {
        word.text = String(rest.prefix { !$0.isWhitespace })
        rest = rest.dropFirst(word.text.count)
      }
      words.append(word)
    }
  }

  /// Up to a slash that ends a word; to the end where there is none yet.
  private static func pattern(_ rest: inout Substring) -> String {
    var pattern = ""
    while let character = rest.popFirst() {
      if character == "/", rest.first?.isWhitespace ?? true { break }
      if character == "\\", let next = rest.popFirst() {
        // A slash needs no escape in the expression itself.
        pattern += next == "/" ? "/" : "\\\(next)"
      } else {
        pattern.append(character)
      }
    }
    return pattern
  }
}
