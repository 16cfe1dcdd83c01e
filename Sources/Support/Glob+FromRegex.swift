extension Glob {
  /// The patterns which together match what a regular expression of RE2 finds.
  ///
  /// - Parameter regex: not anchored: it may be found anywhere in the text.
  /// - Throws: `RegexError` for what no patterns can say, or only a great many.
  public static func patterns(regex: String) throws(RegexError) -> [Glob] {
    if regex.utf8.count > Glob.longest {
      throw RegexError(reason: "more than \(Glob.longest) characters", isTooMuch: true)
    }
    if !Glob.isPlain(regex) { throw RegexError(reason: "characters that tags cannot have", isTooMuch: true) }
    var parser = RegexParser(regex)
    let globs = try parser.parse().map(Glob.init(pieces:))
    // Each must be one that a rule can hold.
    if globs.contains(where: { $0.description.utf8.count > Glob.longest }) {
      throw RegexError(reason: "more than \(Glob.longest) characters as a pattern")
    }
    return globs
  }

  /// Why a regular expression is no glob: what in it, as words that follow "has".
  public struct RegexError: Error, Equatable {
    public let reason: String
    /// Whether it asks for more than any tag has, rather than for what only a regular expression can say.
    public var isTooMuch = false
  }
}

/// Turns a regular expression into alternatives of pieces.
private struct RegexParser {
  typealias Piece = Glob.Piece
  typealias Alternatives = [[Piece]]

  /// More patterns than this are none that a person could read.
  private static let limit = 64
  /// A tag has no more characters.
  private static let longest = 128
  /// Groups within groups; each takes some of the stack.
  private static let deepest = 32

  private enum Atom {
    case element(Glob.Element)
    case group(Alternatives)
  }

  private var rest: Substring
  private var depth = 0

  init(_ regex: String) {
    rest = Substring(regex)
  }

  mutating func parse() throws(Glob.RegexError) -> Alternatives {
    let alternatives = try alternatives(isTop: true)
    guard rest.isEmpty else { throw unsayable("a ) without its (") }
    var seen: Alternatives = []
    for alternative in alternatives where !seen.contains(alternative) { seen.append(alternative) }
    return seen
  }

  private func unsayable(_ reason: String) -> Glob.RegexError { Glob.RegexError(reason: reason) }

  private mutating func take(_ character: Character) -> Bool {
    guard rest.first == character else { return false }
    rest.removeFirst()
    return true
  }

  private mutating func alternatives(isTop: Bool) throws(Glob.RegexError) -> Alternatives {
    var all: Alternatives = []
    repeat {
      all += try sequence(isTop: isTop)
      if all.count > Self.limit { throw unsayable("too many alternatives") }
    } while take("|")
    return all
  }

  private mutating func sequence(isTop: Bool) throws(Glob.RegexError) -> Alternatives {
    var all: Alternatives = [[]]
    var (isAnchored, isEnded) = (false, false)
    while take("^") { isAnchored = true }
    if !isTop && isAnchored { throw unsayable("an anchor within a group") }
    if isTop && !isAnchored { all = [[.anything]] }
    while let next = rest.first, next != "|", next != ")" {
      if take("$") {
        isEnded = true
      } else {
        if isEnded || next == "^" { throw unsayable("an anchor in its middle") }
        all = try Self.join(all, try quantified(try atom()))
      }
    }
    if !isTop && isEnded { throw unsayable("an anchor within a group") }
    return isTop && !isEnded ? try Self.join(all, [[.anything]]) : all
  }

  private static func join(_ heads: Alternatives, _ tails: Alternatives) throws(Glob.RegexError) -> Alternatives {
    guard heads.count * tails.count <= limit else { throw Glob.RegexError(reason: "too many alternatives") }
    var all: Alternatives = []
    if tails.count == 1 {
      // In place, so that a long sequence costs no more than its length.
      all = heads
      for index in all.indices { append(tails[0], to: &all[index]) }
    } else {
      for var head in heads {
        let length = head.count
        for tail in tails {
          append(tail, to: &head)
          all.append(head)
          head.removeLast(head.count - length)
        }
      }
    }
    for alternative in all {
      if let reason = Glob.bound(on: alternative) { throw Glob.RegexError(reason: reason, isTooMuch: true) }
    }
    return all
  }

  private static func append(_ tail: [Piece], to head: inout [Piece]) {
    head += head.last == .anything && tail.first == .anything ? tail.dropFirst() : tail[...]
  }

  private mutating func atom() throws(Glob.RegexError) -> Atom {
    switch rest.removeFirst() {
    case "(":
      if take("?"), !take(":") { throw unsayable("a group that begins with (?") }
      guard depth < Self.deepest else { throw unsayable("too many nested groups") }
      depth += 1
      defer { depth -= 1 }
      let inner = try alternatives(isTop: false)
      guard take(")") else { throw unsayable("a ( without its )") }
      if inner.count == 1, inner[0].count == 1, inner[0][0].count == .once { return .element(inner[0][0].element) }
      return .group(inner)
    case "[": return .element(try set())
    case ".": return .element(.any)
    case "\\":
      let escape = rest.popFirst() ?? "\\"
      if let ranges = Self.classes[escape] { return .element(.set(ranges, inverted: false)) }
      if let ranges = Self.classes[Character(escape.lowercased())] { return .element(.set(ranges, inverted: true)) }
      return .element(.exactly(try literal(escape)))
    case let character where "*+?{".contains(character): throw unsayable("a \(character) with nothing before it")
    case let character: return .element(.exactly(character))
    }
  }

  private static let classes: [Character: [ClosedRange<Character>]] = [
    "d": ["0"..."9"], "w": ["a"..."z", "A"..."Z", "0"..."9", "_"..."_"],
  ]

  private func literal(_ escape: Character) throws(Glob.RegexError) -> Character {
    if escape.isLetter || escape.isNumber { throw unsayable("\\\(escape)") }
    return escape
  }

  private mutating func set() throws(Glob.RegexError) -> Glob.Element {
    let inverted = take("^")
    var ranges: [ClosedRange<Character>] = []
    while let low = rest.popFirst() {
      if low == "]" && !ranges.isEmpty { return .set(ranges, inverted: inverted) }
      if low == "[" && rest.first == ":" { throw unsayable("a named class [: :]") }
      if low == "\\", let escape = rest.first, let members = Self.classes[escape] {
        rest.removeFirst()
        ranges += members
        continue
      }
      let first = low == "\\" ? try literal(rest.popFirst() ?? "\\") : low
      guard rest.first == "-", let next = rest.dropFirst().first, next != "]" else {
        ranges.append(first...first)
        continue
      }
      rest.removeFirst(2)
      let last = next == "\\" ? try literal(rest.popFirst() ?? "\\") : next
      guard first <= last else { throw unsayable("a range that ends before it begins") }
      ranges.append(first...last)
    }
    throw unsayable("a [ without its ]")
  }

  private mutating func quantified(_ atom: Atom) throws(Glob.RegexError) -> Alternatives {
    guard let (least, most) = try quantifier() else { return try Self.times(atom, 1, 1) }
    // Lazy or not, the texts are the same.
    _ = take("?")
    if let next = rest.first, "*+?{".contains(next) { throw unsayable("two quantifiers together") }
    return try Self.times(atom, least, most)
  }

  /// How often at least and at most; the second is nil where there is no end.
  private mutating func quantifier() throws(Glob.RegexError) -> (Int, Int?)? {
    if take("*") { return (0, nil) }
    if take("+") { return (1, nil) }
    if take("?") { return (0, 1) }
    guard take("{") else { return nil }
    guard let end = rest.firstIndex(of: "}") else { throw unsayable("a { without its }") }
    let numbers = rest[..<end].split(separator: ",", omittingEmptySubsequences: false)
    rest = rest[rest.index(after: end)...]
    guard let least = numbers.first.flatMap({ Int($0) }), numbers.count <= 2, 0...Self.longest ~= least else {
      throw unsayable("a { } that is not a count")
    }
    if numbers.count == 1 { return (least, least) }
    if numbers[1].isEmpty { return (least, nil) }
    guard let most = Int(numbers[1]), least...Self.longest ~= most else { throw unsayable("a { } that is not a count") }
    return (least, most)
  }

  private static func times(_ atom: Atom, _ least: Int, _ most: Int?) throws(Glob.RegexError) -> Alternatives {
    switch atom {
    case .element(let element):
      let once = Piece(element: element)
      guard let most else {
        if least == 0 { return [[Piece(element: element, count: .run)]] }
        let last = element == .any ? [once, .anything] : [Piece(element: element, count: .some)]
        return [Array(repeating: once, count: least - 1) + last]
      }
      let maybe = Piece(element: element, count: .maybe)
      return [Array(repeating: once, count: least) + Array(repeating: maybe, count: most - least)]
    case .group(let inner):
      guard let most else { throw Glob.RegexError(reason: "a group that is repeated without end") }
      var power: Alternatives = [[]]
      for _ in 0..<least { power = try join(power, inner) }
      var all = power
      for _ in least..<most {
        power = try join(power, inner)
        all += power
      }
      return all
    }
  }
}

extension Glob.Piece {
  /// `*`.
  fileprivate static let anything = Glob.Piece(element: .any, count: .run)
}
