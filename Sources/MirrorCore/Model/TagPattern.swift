import Support

/// A pattern for tags: a glob such as `v1.*`, or between slashes a regular expression that is looked for in them, such as
/// `/^v\d+\.\d+$/`. No tag has a slash.
public struct TagPattern: Sendable, Equatable {
  private enum Form: Sendable, Equatable {
    case glob(Glob)
    case expression(SearchPattern)
  }

  private let form: Form

  /// - Returns: nil where `problem(in:)` says why.
  public init?(_ text: String) {
    if let expression = Self.expression(in: text) {
      guard Glob.isPlain(expression), let pattern = try? SearchPattern(expression, isCaseSensitive: true) else {
        return nil
      }
      form = .expression(pattern)
    } else {
      guard let glob = Glob(text) else { return nil }
      form = .glob(glob)
    }
  }

  /// Why a text is no pattern, as words that follow its name; nil where it is one.
  public static func problem(in text: String) -> String? {
    guard let expression = expression(in: text) else { return Glob.problem(in: text) }
    if !Glob.isPlain(expression) { return "has characters that tags cannot have" }
    do {
      _ = try SearchPattern(expression, isCaseSensitive: true)
      return nil
    } catch {
      return "cannot be used as a regular expression: \(error)"
    }
  }

  /// What stands between the slashes; nil where it is no regular expression.
  public static func expression(in text: String) -> String? {
    guard text.utf8.count >= 2, text.hasPrefix("/"), text.hasSuffix("/") else { return nil }
    return String(text.dropFirst().dropLast())
  }

  /// The patterns of a text that has them side by side, separated by blanks or commas. A comma within a regular expression
  /// is its own.
  public static func split(_ text: String) -> [String] {
    text.split(whereSeparator: \.isWhitespace).flatMap { word in
      var patterns: [String] = []
      var rest = word
      while !rest.isEmpty {
        let end: Substring.Index
        if rest.first == "/", let close = rest.dropFirst().firstRange(of: "/,")?.lowerBound {
          end = rest.index(after: close)
        } else {
          end = rest.first == "/" ? rest.endIndex : rest.firstIndex(of: ",") ?? rest.endIndex
        }
        if end > rest.startIndex { patterns.append(String(rest[..<end])) }
        rest = rest[end...].dropFirst()
      }
      return patterns
    }
  }

  public func matches(_ tag: String) -> Bool {
    switch form {
    case .glob(let glob): glob.matches(tag)
    case .expression(let pattern): pattern.matches(Array(tag.utf8))
    }
  }

  /// The same as a regular expression that RE2 and PCRE read alike, for a whole tag; not anchored.
  public var regex: String {
    switch form {
    case .glob(let glob): glob.regex
    case .expression(let pattern): ".*(?:\(pattern.source)).*"
    }
  }

  /// The globs which together match the same; nil where none can say it.
  var globs: [Glob]? {
    switch form {
    case .glob(let glob): [glob]
    case .expression(let pattern): try? Glob.patterns(regex: pattern.source)
    }
  }
}
