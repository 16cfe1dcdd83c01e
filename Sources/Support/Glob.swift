/// A shell pattern: `*` any run of characters, `?` one, `[a-z]` or `[!a-z]` one of a set, `\` takes the next as it is.
public struct Glob: Sendable, Equatable {
  private enum Piece: Sendable, Equatable {
    case any
    case one
    case exactly(Character)
    case set([ClosedRange<Character>], inverted: Bool)
  }

  private let pieces: [Piece]

  /// - Returns: nil where a `[` has no `]`.
  public init?(_ pattern: String) {
    var pieces: [Piece] = []
    var rest = Substring(pattern)
    while let character = rest.popFirst() {
      switch character {
      case "*": if pieces.last != .any { pieces.append(.any) }
      case "?": pieces.append(.one)
      case "\\": pieces.append(.exactly(rest.popFirst() ?? "\\"))
      case "[":
        guard let piece = Self.set(&rest) else { return nil }
        pieces.append(piece)
      default: pieces.append(.exactly(character))
      }
    }
    self.pieces = pieces
  }

  private static func set(_ rest: inout Substring) -> Piece? {
    let inverted = rest.first == "!" || rest.first == "^"
    if inverted { rest.removeFirst() }
    var ranges: [ClosedRange<Character>] = []
    while let low = rest.popFirst() {
      if low == "]" && !ranges.isEmpty { return .set(ranges, inverted: inverted) }
      if rest.first == "-", let high = rest.dropFirst().first, high != "]", low <= high {
        rest.removeFirst(2)
        ranges.append(low...high)
      } else {
        ranges.append(low...low)
      }
    }
    return nil
  }

  /// Whether the pattern matches the whole text. Linear in the text for each `*`.
  public func matches(_ text: String) -> Bool {
    let characters = Array(text)
    var position = 0
    var piece = 0
    var retry: (piece: Int, position: Int)?
    while position < characters.count {
      if piece < pieces.count, pieces[piece] == .any {
        retry = (piece + 1, position)
        piece += 1
      } else if piece < pieces.count, Self.accepts(pieces[piece], characters[position]) {
        piece += 1
        position += 1
      } else if let last = retry {
        retry = (last.piece, last.position + 1)
        piece = last.piece
        position = last.position + 1
      } else {
        return false
      }
    }
    return pieces[piece...].allSatisfy { $0 == .any }
  }

  private static func accepts(_ piece: Piece, _ character: Character) -> Bool {
    switch piece {
    case .any, .one: true
    case .exactly(let expected): character == expected
    case .set(let ranges, let inverted): ranges.contains { $0.contains(character) } != inverted
    }
  }
}
