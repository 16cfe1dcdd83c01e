/// What a `$` begins in a text.
public enum Dollar: Sendable, Equatable {
  /// `$NAME`: a letter of ASCII or `_`, and behind it digits as well.
  case name(Substring)
  /// `${…}` without its braces; those within it come in pairs.
  case braces(Substring)
  /// `${` that nothing closes, with whatever follows it.
  case open(Substring)
}

extension StringProtocol where SubSequence == Substring {
  /// The text with what its variables stand for. `$$` is the sign itself, and so is one that begins no variable.
  ///
  /// - Throws: whatever `value` throws.
  public func expandingDollars<Failure>(
    _ value: (Dollar) throws(Failure) -> String
  ) throws(Failure) -> String {
    var (result, rest) = ("", self[...])
    while let dollar = rest.firstIndex(of: "$") {
      result += rest[..<dollar]
      rest = rest[rest.index(after: dollar)...]
      if rest.first == "$" {
        result += "$"
        rest = rest.dropFirst()
      } else if rest.first == "{" {
        let inner = rest.dropFirst()
        guard let end = rest.closingBrace else { return try result + value(.open(inner)) }
        result += try value(.braces(inner[..<end]))
        rest = rest[rest.index(after: end)...]
      } else {
        let name = rest.leadingVariable
        result += name.isEmpty ? "$" : try value(.name(name))
        rest = rest[name.endIndex...]
      }
    }
    return result + rest
  }
}

extension Substring {
  /// The name of a variable that the text begins with; empty where it begins with none.
  public var leadingVariable: Substring {
    guard let first, first == "_" || first.isASCII && first.isLetter else { return prefix(0) }
    return prefix { $0 == "_" || $0.isASCII && ($0.isLetter || $0.isNumber) }
  }

  /// The brace that closes the one at the beginning.
  fileprivate var closingBrace: Index? {
    var depth = 0
    for index in indices {
      if self[index] == "{" { depth += 1 }
      if self[index] == "}" {
        depth -= 1
        if depth == 0 { return index }
      }
    }
    return nil
  }
}
