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
    case .set(let ranges, let inverted): "[\(inverted ? "!" : "")\(Self.pattern(Self.ordered(ranges), inverted))]"
    }
  }

  private static func members(_ ranges: [ClosedRange<Character>], _ text: (Character) -> String) -> String {
    ranges.map { range in
      let (low, high) = (text(range.lowerBound), text(range.upperBound))
      return range.lowerBound == range.upperBound ? low : "\(low)-\(high)"
    }
    .joined()
  }

  /// As a shell's set has it without escapes: `]` first, `-` last, what inverts not first; each of them once.
  private static func ordered(_ ranges: [ClosedRange<Character>]) -> [ClosedRange<Character>] {
    func place(_ range: ClosedRange<Character>) -> Int {
      range == "]"..."]" ? 0 : range == "-"..."-" ? 3 : "!^".contains(range.lowerBound) ? 2 : 1
    }
    var seen: Set<ClosedRange<Character>> = []
    return ranges.sorted { place($0) < place($1) }.filter { seen.insert($0).inserted }
  }

  /// What stands where it would mean something else is escaped.
  private static func pattern(_ ranges: [ClosedRange<Character>], _ inverted: Bool) -> String {
    ranges.enumerated().map { index, range in
      if index == 0, range == "]"..."]" { return "]" }
      if index == ranges.count - 1, range == "-"..."-" { return "-" }
      let special = index == 0 && !inverted ? "\\]-!^" : "\\]-"
      return members([range]) { escaped($0, if: special) }
    }
    .joined()
  }

  private static func escaped(_ character: Character, if special: String) -> String {
    special.contains(character) ? "\\\(character)" : String(character)
  }
}
