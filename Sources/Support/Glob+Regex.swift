extension Glob {
  /// The same as a regular expression that RE2 and PCRE read alike, and POSIX where no set needs an escape; not anchored.
  public var regex: String {
    pieces.map { $0.element.regex + ($0.count == .once ? "" : String($0.count.rawValue)) }.joined()
  }
}

extension Glob: CustomStringConvertible {
  /// A pattern that reads back as this one.
  public var description: String {
    pieces.map { piece in
      if piece == Piece(element: .any, count: .run) { return "*" }
      return piece.count == .once ? piece.element.pattern : "\(piece.count.rawValue)(\(piece.element.pattern))"
    }
    .joined()
  }
}

extension Glob.Element {
  fileprivate var regex: String {
    switch self {
    case .any: "."
    case .exactly(let character): Self.escaped(character, if: "\\.+*?()|[]{}^$")
    case .set(let ranges, let inverted):
      "[\(inverted ? "^" : "")\(Self.members(ranges) { Self.escaped($0, if: "\\]^-[") })]"
    }
  }

  fileprivate var pattern: String {
    switch self {
    case .any: "?"
    case .exactly(let character): Self.escaped(character, if: "\\*?[(")
    case .set(let ranges, let inverted): "[\(inverted ? "!" : "")\(Self.members(Self.ordered(ranges)) { String($0) })]"
    }
  }

  private static func members(_ ranges: [ClosedRange<Character>], _ text: (Character) -> String) -> String {
    ranges.map { range in
      let (low, high) = (text(range.lowerBound), text(range.upperBound))
      return range.lowerBound == range.upperBound ? low : "\(low)-\(high)"
    }
    .joined()
  }

  /// A set of a pattern has no escapes: `]` must come first, what inverts not first, and `-` last.
  private static func ordered(_ ranges: [ClosedRange<Character>]) -> [ClosedRange<Character>] {
    func place(_ range: ClosedRange<Character>) -> Int {
      range == "]"..."]" ? 0 : range == "-"..."-" ? 3 : "!^".contains(range.lowerBound) ? 2 : 1
    }
    return ranges.sorted { place($0) < place($1) }
  }

  private static func escaped(_ character: Character, if special: String) -> String {
    special.contains(character) ? "\\\(character)" : String(character)
  }
}
