/// Which rows of a list are shown: every word must be found, none after `!`; `state:drifted` and the like look at one
/// field only.
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
    /// One of these words in this field.
    case field(String, Set<String>)
  }

  static let none = Filter(text: "", terms: [])

  var isEmpty: Bool { terms.isEmpty }

  private init(text: String, terms: [Term]) {
    self.text = text
    self.terms = terms
  }

  /// Reads what was typed.
  ///
  /// - Parameter fields: the fields that the list knows, with all their words; `field:abc` takes every word that begins
  ///   with `abc`, commas separate several.
  /// - Throws: `FilterError` for a field's word that there is not.
  init(_ text: String, fields: [String: [String]]) throws(FilterError) {
    var terms: [Term] = []
    for word in text.lowercased().split(whereSeparator: \.isWhitespace) {
      let isInverse = word.hasPrefix("!")
      let body = isInverse ? word.dropFirst() : word
      if body.isEmpty { throw FilterError("! needs a word after it, as in !alpine") }
      if let colon = body.firstIndex(of: ":"), let known = fields[String(body[..<colon])] {
        let name = String(body[..<colon])
        let wanted = try Self.words(body[body.index(after: colon)...], field: name, known: known)
        terms.append(Term(isInverse: isInverse, test: .field(name, wanted)))
      } else {
        terms.append(Term(isInverse: isInverse, test: .contains(Array(body.utf8))))
      }
    }
    self.init(text: text, terms: terms)
  }

  private static func words(
    _ text: Substring, field: String, known: [String]
  ) throws(FilterError) -> Set<String> {
    var wanted: Set<String> = []
    for part in text.split(separator: ",") {
      let matches = known.filter { $0.lowercased().hasPrefix(part) }
      if matches.isEmpty {
        throw FilterError("no \(field) begins with \(part); there are: \(known.joined(separator: ", "))")
      }
      // A whole word means itself, even where longer ones begin with it.
      let exact = matches.filter { $0.lowercased() == part }
      wanted.formUnion(exact.isEmpty ? matches : exact)
    }
    if wanted.isEmpty { throw FilterError("\(field): needs one of: \(known.joined(separator: ", "))") }
    return wanted
  }

  func matches(_ row: some ListRow) -> Bool {
    terms.allSatisfy { term in
      let found =
        switch term.test {
        case .contains(let needle): row.search.contains(bytes: needle)
        case .field(let name, let words): row.value(of: name).map(words.contains) ?? false
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

/// A filter that says nothing, with the reason as a sentence.
struct FilterError: Error, Sendable, Equatable, CustomStringConvertible {
  let description: String

  init(_ description: String) {
    self.description = description
  }
}
