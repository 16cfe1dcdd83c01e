import FoundationEssentials
import Support

/// What a list lets one filter by, beside words anywhere in a row.
enum FilterField: Sendable, Equatable {
  /// One of these words, or what they begin with.
  case words([String])
  /// Any part of a text.
  case text
  /// A time, by how long ago it was.
  case age
}

/// Which rows of a list are shown: every word must be found, none after `!`; `/regex/` must match; `state:drifted` and
/// the like look at one field only.
struct Filter: Sendable, Equatable {
  /// As it was typed.
  let text: String
  let terms: [Term]

  struct Term: Sendable, Equatable {
    let isInverse: Bool
    let test: Test
  }

  enum Test: Sendable, Equatable {
    /// Lower-case UTF-8 somewhere in the row's text.
    case contains([UInt8])
    case matches(SearchPattern)
    /// One of these words in this field.
    case field(String, Set<String>)
    /// One of these texts somewhere in this field.
    case fieldContains(String, [[UInt8]])
    /// The field's time is before this, or after it.
    case before(String, Date)
    case after(String, Date)
  }

  /// Bytes of a filter, words in it, and regular expressions: each of those may take some milliseconds to compile.
  static let longest = 1000
  static let mostWords = 50
  static let mostPatterns = 5

  static let none = Filter(text: "", terms: [])

  var isEmpty: Bool { terms.isEmpty }

  /// Whether what it shows depends on the time it was read at.
  var isTimed: Bool {
    terms.contains { term in
      switch term.test {
      case .before, .after: true
      default: false
      }
    }
  }

  private init(text: String, terms: [Term]) {
    self.text = text
    self.terms = terms
  }

  /// Reads what was typed.
  ///
  /// - Parameters:
  ///   - fields: what the list knows; of words, `field:abc` takes every one that begins with `abc`, commas separate
  ///     several.
  ///   - now: what ages are counted from.
  /// - Throws: `FilterError` for what cannot be read, and for what would take too long to look for.
  init(_ text: String, fields: [String: FilterField], now: Date) throws(FilterError) {
    guard text.utf8.count <= Self.longest else {
      throw FilterError("a filter has at most \(Self.longest) characters")
    }
    let words = FilterText(text).words
    guard words.count <= Self.mostWords, words.count(where: \.isPattern) <= Self.mostPatterns else {
      throw FilterError(
        "a filter has at most \(Self.mostWords) words, \(Self.mostPatterns) of them regular expressions")
    }
    var terms: [Term] = []
    for word in words {
      let test: Test =
        word.isPattern
        ? .matches(try SearchPattern(filter: word.text)) : try Self.test(word.text.lowercased()[...], fields, now)
      terms.append(Term(isInverse: word.isInverse, test: test))
    }
    self.init(text: text, terms: terms)
  }

  private static func test(
    _ word: Substring, _ fields: [String: FilterField], _ now: Date
  ) throws(FilterError) -> Test {
    if word.isEmpty { throw FilterError("! needs a word after it, as in !alpine") }
    guard let colon = word.firstIndex(of: ":"), let field = fields[String(word[..<colon])] else {
      return .contains(Array(word.utf8))
    }
    let (name, value) = (String(word[..<colon]), word[word.index(after: colon)...])
    switch field {
    case .words(let known): return .field(name, try words(value, field: name, known: known))
    case .text:
      let parts = value.split(separator: ",").map { Array($0.utf8) }
      if parts.isEmpty { throw FilterError("\(name): needs a value after it") }
      return .fieldContains(name, parts)
    case .age: return try age(value, field: name, now)
    }
  }

  private static func words(
    _ text: Substring, field: String, known: [String]
  ) throws(FilterError) -> Set<String> {
    var wanted: Set<String> = []
    for part in text.split(separator: ",") {
      let matches = known.filter { $0.lowercased().hasPrefix(part) }
      if matches.isEmpty {
        throw FilterError("no \(field) begins with \(part); choose from: \(known.joined(separator: ", "))")
      }
      // A whole word means itself, even where longer ones begin with it.
      let exact = matches.filter { $0.lowercased() == part }
      wanted.formUnion(exact.isEmpty ? matches : exact)
    }
    if wanted.isEmpty { throw FilterError("\(field): needs one of: \(known.joined(separator: ", "))") }
    return wanted
  }

  private static func age(_ text: Substring, field: String, _ now: Date) throws(FilterError) -> Test {
    let isYounger = text.hasPrefix("<")
    let number = isYounger || text.hasPrefix(">") ? text.dropFirst() : text
    guard let age = Duration(text: number) else {
      throw FilterError("\(field): needs a time, as in \(field):>1h or \(field):<90s")
    }
    let moment = now.addingTimeInterval(-age.seconds)
    return isYounger ? .after(field, moment) : .before(field, moment)
  }

  func matches(_ row: some ListRow) -> Bool {
    terms.allSatisfy { term in
      let found =
        switch term.test {
        case .contains(let needle): row.search.contains(bytes: needle)
        case .matches(let pattern): pattern.matches(row.search)
        case .field(let name, let words): row.value(of: name).map(words.contains) ?? false
        case .fieldContains(let name, let needles):
          row.text(of: name).map { text in needles.contains { text.contains(bytes: $0) } } ?? false
        case .before(let name, let moment): row.date(of: name).map { $0 < moment } ?? false
        case .after(let name, let moment): row.date(of: name).map { $0 > moment } ?? false
        }
      return found != term.isInverse
    }
  }

  /// Whether every row that this filter shows was shown by `other` as well, so that only those need a look.
  func narrows(_ other: Filter) -> Bool {
    !other.terms.isEmpty && terms.starts(with: other.terms.dropLast()) && terms.count >= other.terms.count
      && other.terms.last.map { last in terms[other.terms.count - 1].narrows(last) } ?? false
  }
}

extension Filter.Term {
  fileprivate func narrows(_ other: Filter.Term) -> Bool {
    if self == other { return true }
    guard case .contains(let mine) = test, case .contains(let its) = other.test else { return false }
    return !isInverse && !other.isInverse && mine.contains(bytes: its)
  }
}

/// A filter that says nothing, with the reason as a sentence, cleaned.
struct FilterError: Error, Sendable, Equatable, CustomStringConvertible {
  let description: String

  init(_ description: String) {
    self.description = description.cleaned
  }
}

extension SearchPattern {
  /// - Throws: `FilterError` with what was written.
  init(filter text: String, findsRanges: Bool = false) throws(FilterError) {
    if text.isEmpty { throw FilterError("/ begins a regular expression, as in /^docker.*:3/") }
    do throws(PatternError) {
      try self.init(text, findsRanges: findsRanges)
    } catch {
      throw FilterError("/\(text.cleaned.shortened(to: 60))/ is not a valid pattern: \(error)")
    }
  }
}
