/// A shell pattern: `*` any run of characters, `?` one, `[a-z]` or `[!a-z]` one of a set, `\` takes the next as it is, in
/// a set too. One character or set in `?( )`, `*( )` or `+( )` may be missing, come any number of times, or come at least
/// once, as in `v+([0-9])`.
///
/// Patterns are for tags: none asks for more characters than a tag can have.
public struct Glob: Sendable, Equatable {
  struct Piece: Sendable, Equatable {
    var element: Element
    var count = Count.once
  }

  enum Element: Sendable, Equatable {
    case any
    case exactly(Character)
    case set([ClosedRange<Character>], inverted: Bool)
  }

  enum Count: Character, Sendable {
    case once = "@"
    case maybe = "?"
    case run = "*"
    case some = "+"

    var mayBeNone: Bool { self == .maybe || self == .run }
    var mayBeMany: Bool { self == .run || self == .some }
  }

  let pieces: [Piece]

  init(pieces: [Piece]) {
    self.pieces = pieces
  }

  /// Characters of a tag: https://github.com/opencontainers/distribution-spec, "Pulling manifests".
  public static let longestText = 128
  /// Bytes of a pattern, and pieces it may come to.
  public static let longest = 1024
  static let mostPieces = 256

  /// - Returns: nil where `problem(in:)` says why.
  public init?(_ pattern: String) {
    guard pattern.utf8.count <= Self.longest, Self.isPlain(pattern), let pieces = Self.pieces(pattern),
      Self.bound(on: pieces) == nil
    else { return nil }
    self.init(pieces: pieces)
  }

  /// Why a text is no pattern, as words that follow its name; nil where it is one.
  public static func problem(in pattern: String) -> String? {
    if pattern.utf8.count > longest { return "is longer than \(longest) characters" }
    if !isPlain(pattern) { return "has characters that tags cannot have" }
    guard let pieces = pieces(pattern) else {
      return "is invalid: each [ needs a ], and +( ) takes one character or set"
    }
    return bound(on: pieces).map { "has \($0)" }
  }

  /// Whether it is of ASCII's printable characters: tags have letters, digits, `.`, `_` and `-`.
  public static func isPlain(_ text: String) -> Bool { text.utf8.allSatisfy { $0 >= 0x20 && $0 < 0x7f } }

  /// What is too much about pieces, as words that follow "has".
  static func bound(on pieces: [Piece]) -> String? {
    if pieces.count(where: { !$0.count.mayBeNone }) > longestText {
      return "more than \(longestText) characters, more than tags can have"
    }
    return pieces.count > mostPieces ? "more than \(mostPieces) parts" : nil
  }

  private static func pieces(_ pattern: String) -> [Piece]? {
    var pieces: [Piece] = []
    var rest = Substring(pattern)
    while let character = rest.popFirst() {
      if let count = Count(rawValue: character), count != .once, rest.first == "(" {
        rest.removeFirst()
        guard let first = rest.popFirst(), let element = Self.element(first, &rest), rest.popFirst() == ")" else {
          return nil
        }
        append(Piece(element: element, count: count), &pieces)
      } else if character == "*" {
        append(Piece(element: .any, count: .run), &pieces)
      } else {
        guard let element = Self.element(character, &rest) else { return nil }
        pieces.append(Piece(element: element))
      }
    }
    return pieces
  }

  /// Two stars are as good as one, however they are spelled.
  private static func append(_ piece: Piece, _ pieces: inout [Piece]) {
    if piece != Piece(element: .any, count: .run) || pieces.last != piece { pieces.append(piece) }
  }

  private static func element(_ character: Character, _ rest: inout Substring) -> Element? {
    switch character {
    case "?": .any
    case "\\": .exactly(rest.popFirst() ?? "\\")
    case "[": set(&rest)
    default: .exactly(character)
    }
  }

  private static func set(_ rest: inout Substring) -> Element? {
    let inverted = rest.first == "!" || rest.first == "^"
    if inverted { rest.removeFirst() }
    var ranges: [ClosedRange<Character>] = []
    while let low = rest.popFirst() {
      if low == "]" && !ranges.isEmpty { return .set(ranges, inverted: inverted) }
      let first = low == "\\" ? rest.popFirst() ?? low : low
      var further = rest.dropFirst()
      if rest.first == "-", let high = further.popFirst(), high != "]" {
        let last = high == "\\" ? further.popFirst() ?? high : high
        if first <= last {
          ranges.append(first...last)
          rest = further
          continue
        }
      }
      ranges.append(first...first)
    }
    return nil
  }

  /// Whether the pattern matches the whole text. Costs no more than their lengths multiplied.
  public func matches(_ text: String) -> Bool {
    var places = start
    for character in text {
      places = step(places, character)
      guard places.contains(true) else { return false }
    }
    return places[pieces.count]
  }

  /// All the places of the pattern where what was read so far may have led: nothing yet.
  var start: [Bool] {
    var places = [Bool](repeating: false, count: pieces.count + 1)
    places[0] = true
    skip(&places)
    return places
  }

  func step(_ places: [Bool], _ character: Character) -> [Bool] {
    var next = [Bool](repeating: false, count: places.count)
    for (place, piece) in pieces.enumerated() where places[place] && piece.element.accepts(character) {
      next[place + 1] = true
      if piece.count.mayBeMany { next[place] = true }
    }
    skip(&next)
    return next
  }

  private func skip(_ places: inout [Bool]) {
    for (place, piece) in pieces.enumerated() where places[place] && piece.count.mayBeNone { places[place + 1] = true }
  }
}

extension Glob.Element {
  func accepts(_ character: Character) -> Bool {
    switch self {
    case .any: true
    case .exactly(let expected): character == expected
    case .set(let ranges, let inverted): ranges.contains { $0.contains(character) } != inverted
    }
  }
}
