/// A regular expression that is looked for in texts, in time linear to their length.
///
/// The syntax is what RE2 and POSIX extended expressions have in common: `.`, sets with `[:alpha:]` and `\d \w \s`, groups,
/// `|`, `* + ? {2,5}`, `^` and `$` at lines, `\b \< \>` at words. `.` and inverted sets take no line end. Back references
/// and look-around are none of it.
///
/// It is compiled into automata with a bounded number of states before any text is seen, so that neither an expression
/// nor a text can make the search take longer than a look at each byte.
public struct SearchPattern: Sendable, Equatable {
  /// Bytes of an expression.
  public static let longest = 1000

  public let source: String
  private let isCaseSensitive: Bool
  let anywhere: Automaton
  /// Of the text backwards: where matches begin.
  let beginnings: Automaton?
  /// From a beginning on: where matches end.
  let ends: Automaton?

  /// - Parameters:
  ///   - isCaseSensitive: whether a letter matches only itself, not the same in the other case.
  ///   - findsRanges: whether it is to tell where it matches as well, if that can be said in so few states. It takes three
  ///     times as long to compile.
  /// - Throws: `PatternError` for what is no expression, and for what would take too much time or memory.
  public init(
    _ source: String, isCaseSensitive: Bool = false, findsRanges: Bool = false
  ) throws(PatternError) {
    guard source.utf8.count <= Self.longest else {
      throw PatternError("it is longer than \(Self.longest) characters")
    }
    var parser = PatternParser(source, isCaseSensitive: isCaseSensitive)
    let node = try parser.parse()
    let program = try PatternProgram(node)
    self.source = source
    self.isCaseSensitive = isCaseSensitive
    anywhere = try Automaton(program, .anywhere)
    // What can be looked for may be too much to be shown: then it is found all the same.
    beginnings = findsRanges ? try? Automaton(try PatternProgram(node, isReversed: true), .everywhere) : nil
    ends = findsRanges ? try? Automaton(program, .here) : nil
  }

  public static func == (one: SearchPattern, other: SearchPattern) -> Bool {
    one.source == other.source && one.isCaseSensitive == other.isCaseSensitive
  }

  /// Whether it matches somewhere in this UTF-8.
  public func matches(_ bytes: [UInt8]) -> Bool {
    anywhere.matches(bytes)
  }

  /// Where it matches, from the left, each as long as it can be; empty matches are none.
  ///
  /// - Parameter limit: of ranges. Looking for them ends as well where their beginnings take more than 16 looks at each
  ///   byte.
  public func ranges(in bytes: [UInt8], limit: Int = 200) -> [Range<Int>] {
    guard let beginnings, let ends else { return [] }
    let starts = beginnings.beginnings(in: bytes)
    var steps = 16 * bytes.count + 1000
    var found: [Range<Int>] = []
    var at = 0
    while at < bytes.count, found.count < limit, steps > 0 {
      guard starts[at], let end = ends.longest(in: bytes, from: at, &steps), end > at else {
        at += 1
        continue
      }
      found.append(at..<end)
      at = end
    }
    return found
  }
}

/// Why a text is no regular expression, or one that is not taken: words that follow a colon.
public struct PatternError: Error, Sendable, Equatable, CustomStringConvertible {
  public let description: String

  init(_ description: String) {
    self.description = description
  }
}
