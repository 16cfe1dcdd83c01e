/// Reads a regular expression.
struct PatternParser {
  /// Groups within groups; each takes some of the stack.
  static let deepest = 50
  /// Of `{ }`, as in RE2.
  static let mostRepeats = 1000

  private var rest: Substring.UnicodeScalarView
  private var depth = 0
  private let isCaseSensitive: Bool

  init(_ source: String, isCaseSensitive: Bool = false) {
    rest = Substring(source).unicodeScalars
    self.isCaseSensitive = isCaseSensitive
  }

  private func folded(_ set: ScalarSet) -> ScalarSet { isCaseSensitive ? set : set.foldingCase }

  mutating func parse() throws(PatternError) -> PatternNode {
    let node = try alternatives()
    guard rest.isEmpty else { throw PatternError("a ) without its (") }
    return node
  }

  private mutating func take(_ scalar: Unicode.Scalar) -> Bool {
    guard rest.first == scalar else { return false }
    rest.removeFirst()
    return true
  }

  private mutating func alternatives() throws(PatternError) -> PatternNode {
    var all: [PatternNode] = []
    repeat { all.append(try sequence()) } while take("|")
    return all.count == 1 ? all[0] : .alternatives(all)
  }

  private mutating func sequence() throws(PatternError) -> PatternNode {
    var all: [PatternNode] = []
    while let next = rest.first, next != "|", next != ")" {
      all.append(try quantified(try atom()))
    }
    return all.isEmpty ? .empty : all.count == 1 ? all[0] : .sequence(all)
  }

  private mutating func atom() throws(PatternError) -> PatternNode {
    switch rest.removeFirst() {
    case "(":
      if take("?"), !take(":") { throw PatternError("a group that begins with (?") }
      guard depth < Self.deepest else { throw PatternError("more than \(Self.deepest) nested groups") }
      depth += 1
      defer { depth -= 1 }
      let inner = try alternatives()
      guard take(")") else { throw PatternError("a ( without its )") }
      return inner
    case "[": return .one(try set())
    case ".": return .one(ScalarSet([]).inverted)
    case "^": return .at(.lineStart)
    case "$": return .at(.lineEnd)
    case "\\": return try escaped()
    case let scalar where "*+?{".unicodeScalars.contains(scalar):
      throw PatternError("a \(scalar) with nothing before it")
    case let scalar: return .one(folded(ScalarSet(scalar)))
    }
  }

  private mutating func escaped() throws(PatternError) -> PatternNode {
    guard let scalar = rest.popFirst() else { throw PatternError("a \\ with nothing after it") }
    switch scalar {
    case "b": return .at(.wordEdge)
    case "B": return .at(.noWordEdge)
    case "<": return .at(.wordStart)
    case ">": return .at(.wordEnd)
    default: return .one(folded(try Self.set(escape: scalar)))
    }
  }

  /// What `\` and this stand for.
  private static func set(escape scalar: Unicode.Scalar) throws(PatternError) -> ScalarSet {
    switch scalar {
    case "d": return ScalarSet(digits)
    case "D": return ScalarSet(digits).inverted
    case "w": return ScalarSet(letters + digits + [0x5f...0x5f])
    case "W": return ScalarSet(letters + digits + [0x5f...0x5f]).inverted
    case "s": return ScalarSet(blanks)
    case "S": return ScalarSet(blanks).inverted
    case "n": return ScalarSet("\n")
    case "t": return ScalarSet("\t")
    case "1"..."9": throw PatternError("back references such as \\1 are not supported")
    case "0", "a"..."z", "A"..."Z": throw PatternError("\\\(scalar) is unknown")
    default: return ScalarSet(scalar)
    }
  }

  private static let digits: [ClosedRange<UInt32>] = [0x30...0x39]
  private static let letters: [ClosedRange<UInt32>] = [0x41...0x5a, 0x61...0x7a]
  private static let blanks: [ClosedRange<UInt32>] = [0x09...0x0d, 0x20...0x20]

  private static let classes: [String: [ClosedRange<UInt32>]] = [
    "alpha": letters, "digit": digits, "alnum": letters + digits, "upper": [0x41...0x5a],
    "lower": [0x61...0x7a], "space": blanks,
    "blank": [0x09...0x09, 0x20...0x20], "punct": [0x21...0x2f, 0x3a...0x40, 0x5b...0x60, 0x7b...0x7e],
    "xdigit": digits + [0x41...0x46, 0x61...0x66], "print": [0x20...0x7e], "graph": [0x21...0x7e],
    "cntrl": [0x00...0x1f, 0x7f...0x7f], "word": letters + digits + [0x5f...0x5f],
  ]

  private mutating func set() throws(PatternError) -> ScalarSet {
    let isInverted = take("^")
    var ranges: [ClosedRange<UInt32>] = []
    var isFirst = true
    while let low = rest.popFirst() {
      if low == "]" && !isFirst {
        let set = folded(ScalarSet(ranges))
        return isInverted ? set.inverted : set
      }
      isFirst = false
      if low == "[", let kind = rest.first, ":.=".unicodeScalars.contains(kind) {
        ranges += try namedClass()
        continue
      }
      let members = low == "\\" ? try member() : ScalarSet(low)
      guard rest.first == "-", let next = rest.dropFirst().first, next != "]" else {
        ranges += members.ranges
        continue
      }
      rest.removeFirst(2)
      let end = next == "\\" ? try member() : ScalarSet(next)
      guard let first = members.single(low), let last = end.single(next), first <= last else {
        throw PatternError("a range in [ ] that ends before it begins")
      }
      ranges.append(first...last)
    }
    throw PatternError("a [ without its ]")
  }

  private mutating func member() throws(PatternError) -> ScalarSet {
    guard let scalar = rest.popFirst() else { throw PatternError("a [ without its ]") }
    return try Self.set(escape: scalar)
  }

  /// `[:alpha:]` after its first bracket.
  private mutating func namedClass() throws(PatternError) -> [ClosedRange<UInt32>] {
    let kind = rest.removeFirst()
    let name = String(Substring(rest.prefix { $0 != kind && $0 != "]" }))
    rest.removeFirst(name.unicodeScalars.count)
    guard take(kind), take("]"), kind == ":", let ranges = Self.classes[name] else {
      throw PatternError("an unknown class of characters after [\(kind)")
    }
    return ranges
  }

  private mutating func quantified(_ node: PatternNode) throws(PatternError) -> PatternNode {
    guard let (least, most) = try quantifier() else { return node }
    // Lazy or not, the same texts match.
    _ = take("?")
    if let next = rest.first, "*+?{".unicodeScalars.contains(next) { throw PatternError("two quantifiers together") }
    return .times(node, least: least, most: most)
  }

  private mutating func quantifier() throws(PatternError) -> (Int, Int?)? {
    if take("*") { return (0, nil) }
    if take("+") { return (1, nil) }
    if take("?") { return (0, 1) }
    guard take("{") else { return nil }
    let text = String(Substring(rest.prefix { $0 != "}" }))
    rest.removeFirst(text.unicodeScalars.count)
    guard take("}") else { throw PatternError("a { without its }") }
    let numbers = text.split(separator: ",", omittingEmptySubsequences: false)
    guard numbers.count <= 2, let first = numbers.first, let least = first.isEmpty ? 0 : Int(first), least >= 0 else {
      throw PatternError("a { } that is not a count")
    }
    let most = numbers.count == 1 ? least : numbers[1].isEmpty ? nil : Int(numbers[1]) ?? -1
    guard (most ?? least) >= least, numbers != [""], numbers != ["", ""] else {
      throw PatternError("a { } that is not a count")
    }
    guard max(least, most ?? 0) <= Self.mostRepeats else {
      throw PatternError("it repeats more than \(Self.mostRepeats) times")
    }
    return (least, most)
  }
}

extension ScalarSet {
  /// The one character that a range in a set may begin or end with; the one that was written where case was folded.
  fileprivate func single(_ written: Unicode.Scalar) -> UInt32? {
    if written != "\\" { return written.value }
    return ranges.count == 1 && ranges[0].count == 1 ? ranges[0].lowerBound : nil
  }
}
