import Support
import Terminal

/// A line of text being typed.
struct TextField: Sendable, Equatable {
  private(set) var text: String
  /// Characters before the cursor.
  private(set) var cursor: Int

  /// No longer than any row could use.
  static let limit = 4096

  init(_ text: String = "") {
    self.text = text
    cursor = text.count
  }

  /// - Returns: whether the key was one for a text.
  mutating func handle(_ key: Key) -> Bool {
    switch key {
    case .character(let character): insert(String(character))
    case .paste(let pasted): insert(pasted.printable.trimmed)
    case .left, .control("B"): cursor = max(cursor - 1, 0)
    case .right, .control("F"): cursor = min(cursor + 1, text.count)
    case .home, .control("A"): cursor = 0
    case .end, .control("E"): cursor = text.count
    case .backspace: remove(cursor - 1..<cursor)
    case .delete, .control("D"): remove(cursor..<cursor + 1)
    case .control("U"): remove(0..<cursor)
    case .control("K"): remove(cursor..<text.count)
    case .control("W"): removeWord()
    default: return false
    }
    return true
  }

  private mutating func insert(_ new: String) {
    guard text.utf8.count + new.utf8.count <= Self.limit else { return }
    let before = text.count
    text.insert(contentsOf: new, at: text.index(text.startIndex, offsetBy: cursor))
    // A combining mark joins the character before it, so the count may stay.
    cursor = min(cursor + text.count - before, text.count)
  }

  private mutating func remove(_ range: Range<Int>) {
    guard range.lowerBound >= 0, range.upperBound <= text.count else { return }
    let start = text.index(text.startIndex, offsetBy: range.lowerBound)
    text.removeSubrange(start..<text.index(start, offsetBy: range.count))
    cursor = min(range.lowerBound, text.count)
  }

  private mutating func removeWord() {
    let before = text.prefix(cursor)
    let kept = before.reversed().drop { $0 == " " }.drop { $0 != " " }
    remove(kept.count..<cursor)
  }
}

extension String {
  fileprivate var trimmed: String {
    let isBlank = { (character: Character) in character.isWhitespace }
    return String(drop(while: isBlank).reversed().drop(while: isBlank).reversed())
  }
}
