/// Cuts a line into words as a shell does: blanks part them, quotes and backslashes keep blanks. Nothing else of a shell:
/// no variables, no patterns, no pipes.
public enum ShellWords {
  /// - Returns: nil where a quote has no end, or a backslash nothing after it.
  public static func split(_ line: String) -> [String]? {
    var words: [String] = []
    /// nil between words; empty after `''`.
    var word: String?
    var rest = line.unicodeScalars[...]
    while let scalar = rest.popFirst() {
      switch scalar {
      case " ", "\t", "\n", "\r":
        if let ended = word { words.append(ended) }
        word = nil
      case "\\":
        guard let next = rest.popFirst() else { return nil }
        word = (word ?? "") + String(next)
      case "'", "\"":
        guard let text = quoted(by: scalar, &rest) else { return nil }
        word = (word ?? "") + text
      default:
        word = (word ?? "") + String(scalar)
      }
    }
    if let word { words.append(word) }
    return words
  }

  /// The text up to the closing quote; between double quotes a backslash takes the specials from a quote and a backslash.
  private static func quoted(by quote: Unicode.Scalar, _ rest: inout Substring.UnicodeScalarView) -> String? {
    var text = ""
    while let scalar = rest.popFirst() {
      if scalar == quote { return text }
      if scalar == "\\", quote == "\"", let next = rest.first, next == "\"" || next == "\\" {
        rest.removeFirst()
        text.unicodeScalars.append(next)
      } else {
        text.unicodeScalars.append(scalar)
      }
    }
    return nil
  }

  /// The word in a form that a shell takes for one word.
  public static func quote(_ word: String) -> String {
    let isPlain = !word.isEmpty && word.utf8.allSatisfy { isAlphanumeric($0) || "-._/@:+,=%".utf8.contains($0) }
    return isPlain ? word : "'\(word.replacing(scalar: "'", with: "'\\''"))'"
  }
}
