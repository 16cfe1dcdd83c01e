import Support

/// Version ranges of other programs in the words of a tag rule.
enum VersionConstraint {
  /// How a program reads a range; they agree on comparisons with versions in full only.
  enum Dialect {
    /// regsync: words separated by spaces; prereleases, which suffixes are too, count as other versions do.
    case regsync
    /// regsync, where no tag with a `-` is taken.
    case regsyncReleases
    /// skopeo: those of github.com/Masterminds/semver. As of its version 3.4.0 a prerelease in one condition takes in those
    /// of all that hold together: https://github.com/Masterminds/semver/pull/267
    case masterminds
    /// dregsy: those of github.com/blang/semver, whose prereleases count as other versions do. Only where the last parts
    /// are `x` may one be short.
    case blang

    var countsPrereleases: Bool { self == .regsync || self == .blang }
    /// Whether a comparison may stand apart from its version, and a short version stands for all that it begins.
    var isLoose: Bool { self == .masterminds || self == .blang }
  }

  /// The same range, as spelled where both read it alike.
  ///
  /// - Returns: nil for what is no range, or one that a tag rule cannot say.
  static func translate(_ text: String, _ dialect: Dialect) -> String? {
    guard text.utf8.count <= longest else { return nil }
    var alternatives: [String] = []
    let parts = dialect == .masterminds ? text.split(separator: "||", omittingEmptySubsequences: false) : [text[...]]
    for part in parts {
      guard let words = words(part, dialect) else { return nil }
      let takesPrereleases = dialect.countsPrereleases || words.contains { $0.version.contains("-") }
      if takesPrereleases && dialect == .regsyncReleases { return nil }
      var conditions: [String] = []
      for word in words {
        guard let translated = condition(word, dialect, takesPrereleases) else { return nil }
        conditions += translated
      }
      guard let range = SemanticVersionRange(conditions.joined(separator: " ")) else { return nil }
      if takesPrereleases && !range.takesPrereleases { conditions.append(">=0.0.0" + firstPrerelease) }
      alternatives.append(conditions.joined(separator: " "))
    }
    let translated = alternatives.joined(separator: " || ")
    guard let range = SemanticVersionRange(translated) else { return nil }
    if SemanticVersionRange(text) == range { return text }
    return translated.utf8.count <= longest ? translated : nil
  }

  /// Of a version: before all its others.
  private static let firstPrerelease = "-0"

  /// Bytes of a range that a rule takes, and so whatever comes of one.
  private static let longest = 1000

  /// A tag rule's range in the words of another program, as spelled where both read it alike.
  ///
  /// - Returns: the ranges of which one will do.
  /// - Throws: `Unsayable` for one that the other program reads otherwise.
  static func spell(_ text: String, _ dialect: Dialect) throws(Unsayable) -> [String] {
    var alternatives: [String] = []
    for part in text.split(separator: "||").map(\.trimmedOfBlanks) {
      guard let range = SemanticVersionRange(String(part)) else { throw Unsayable("has an invalid version range") }
      let spellings = [String(part), range.description]
      guard
        let alike = spellings.first(where: { translate($0, dialect).flatMap(SemanticVersionRange.init) == range })
      else { throw Unsayable("names a prerelease in its version range") }
      alternatives.append(alike)
    }
    return alternatives
  }

  private struct Word {
    let comparison: Substring
    let version: Substring
  }

  private static let comparisons: Set<Character> = ["=", "!", "<", ">", "~", "^"]

  private static func words(_ part: Substring, _ dialect: Dialect) -> [Word]? {
    let bits = part.split { $0 == " " || (dialect == .masterminds && $0 == ",") }
    // Masterminds: a comparison may stand apart from its version, and `1.2 - 1.4` is a range.
    var words: [Word] = []
    var index = bits.startIndex
    while index < bits.endIndex {
      let bit = bits[index]
      let comparison = bit.prefix { comparisons.contains($0) }
      var version = bit.dropFirst(comparison.count)
      if version.isEmpty {
        guard dialect.isLoose, index + 1 < bits.endIndex else { return nil }
        index += 1
        version = bits[index]
      }
      if dialect == .masterminds, comparison.isEmpty, index + 2 < bits.endIndex, bits[index + 1] == "-" {
        words += [Word(comparison: ">=", version: version), Word(comparison: "<=", version: bits[index + 2])]
        index += 3
        continue
      }
      words.append(Word(comparison: comparison, version: version))
      index += 1
    }
    return words
  }

  private static func condition(_ word: Word, _ dialect: Dialect, _ takesPrereleases: Bool) -> [String]? {
    guard let version = Partial(word.version, dialect) else { return nil }
    let isExact = version.isWhole || !dialect.isLoose
    // Masterminds: what is beyond a version's first parts has prereleases, which are beyond them too.
    func end(_ version: String?) -> String? {
      version.map { takesPrereleases && dialect == .masterminds ? $0 + firstPrerelease : $0 }
    }
    let (low, next) = (version.low, end(version.next))
    switch word.comparison {
    case "==" where dialect != .blang: return nil
    case "", "=", "==": return isExact ? ["=\(low)"] : between(low, next)
    case ">=": return [">=\(low)"]
    case "=>" where dialect == .masterminds: return [">=\(low)"]
    case "<": return ["<\(low)"]
    case ">": return isExact ? [">\(low)"] : next.map { [">=\($0)"] }
    case "<=", "=<":
      if dialect != .masterminds && word.comparison == "=<" { return nil }
      return isExact ? ["<=\(low)"] : next.map { ["<\($0)"] } ?? [">=\(low)"]
    case "~" where dialect != .blang: return between(low, end(version.tilde(dialect)))
    case "~>" where dialect == .masterminds: return between(low, end(version.tilde(dialect)))
    case "^" where dialect != .blang: return between(low, end(version.caret(dialect)))
    default: return nil
    }
  }

  private static func between(_ low: SemanticVersion, _ high: String?) -> [String] {
    [">=\(low)"] + (high.map { ["<\($0)"] } ?? [])
  }

  /// A version of which the last parts may be missing.
  private struct Partial {
    let low: SemanticVersion
    /// How many of the three parts are given.
    private let given: Int

    init?(_ text: Substring, _ dialect: Dialect) {
      let numbers = text.prefix { $0 != "-" && $0 != "+" }
      let parts = numbers.split(separator: ".", omittingEmptySubsequences: false)
      let wildcards: [Substring] = dialect == .blang ? ["x"] : ["x", "X", "*"]
      let wild = dialect.isLoose ? parts.firstIndex { wildcards.contains($0) } : nil
      given = wild ?? parts.count
      guard parts.dropFirst(given).allSatisfy({ wildcards.contains($0) }) else { return nil }
      if dialect == .blang, given == 0 || (wild == nil && given < 3) { return nil }
      let spelled = wild.map { $0 == 0 ? "0" : parts[..<$0].joined(separator: ".") } ?? String(numbers)
      guard let low = SemanticVersion(spelled + text.dropFirst(numbers.count)) else { return nil }
      self.low = low
    }

    var isWhole: Bool { given == 3 }

    /// The first version beyond those that the given parts begin; nil where no part is given.
    var next: String? {
      switch given {
      case 0: nil
      case 1: "\(low.major + 1).0.0"
      case 2: "\(low.major).\(low.minor + 1).0"
      default: "\(low.major).\(low.minor).\(low.patch + 1)"
      }
    }

    func tilde(_ dialect: Dialect) -> String? {
      given >= 2 || dialect != .masterminds ? "\(low.major).\(low.minor + 1).0" : next
    }

    func caret(_ dialect: Dialect) -> String? {
      let given = dialect == .masterminds ? given : 3
      if given == 0 { return nil }
      if low.major > 0 || given == 1 { return "\(low.major + 1).0.0" }
      if low.minor > 0 || given == 2 { return "0.\(low.minor + 1).0" }
      return "0.0.\(low.patch + 1)"
    }
  }
}
