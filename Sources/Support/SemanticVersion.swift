/// A version as tags spell it: `1.2.3`, `v1.2`, `1.2.3-rc.1+build`; missing parts count as 0.
public struct SemanticVersion: Sendable, Hashable, Comparable {
  public let major: Int
  public let minor: Int
  public let patch: Int
  /// Dot-separated identifiers after `-`; empty for a release.
  public let prerelease: [String]

  /// - Returns: nil for what is no version.
  public init?(_ text: some StringProtocol) {
    var body = Substring(text)
    if body.first == "v" || body.first == "V" { body.removeFirst() }
    if let plus = body.firstIndex(of: "+") { body = body[..<plus] }
    prerelease =
      body.firstIndex(of: "-").map { body[body.index(after: $0)...].split(separator: ".").map(String.init) } ?? []
    if let dash = body.firstIndex(of: "-") {
      if prerelease.isEmpty { return nil }
      body = body[..<dash]
    }
    let parts = body.split(separator: ".", omittingEmptySubsequences: false)
    guard (1...3).contains(parts.count) else { return nil }
    var numbers: [Int] = []
    for part in parts {
      guard part.allSatisfy({ $0.isASCII && $0.isNumber }), let number = Int(part) else { return nil }
      numbers.append(number)
    }
    numbers += Array(repeating: 0, count: 3 - numbers.count)
    (major, minor, patch) = (numbers[0], numbers[1], numbers[2])
  }

  /// A release comes after its prereleases; numeric identifiers compare as numbers and come before words.
  public static func < (one: SemanticVersion, other: SemanticVersion) -> Bool {
    let (a, b) = ((one.major, one.minor, one.patch), (other.major, other.minor, other.patch))
    if a != b { return a < b }
    if one.prerelease.isEmpty || other.prerelease.isEmpty {
      return !one.prerelease.isEmpty && other.prerelease.isEmpty
    }
    for (x, y) in zip(one.prerelease, other.prerelease) where x != y {
      switch (Int(x), Int(y)) {
      case (let x?, let y?): return x < y
      case (_?, nil): return true
      case (nil, _?): return false
      default: return x < y
      }
    }
    return one.prerelease.count < other.prerelease.count
  }
}

/// Conditions that all must hold, separated by spaces or commas: `>=1.2 <2`, `1.4.x`, `^1.2`, `~1.2.3`, `=1.0.0`.
/// A prerelease is in the range only where a condition names a prerelease of the same version.
public struct SemanticVersionRange: Sendable, Equatable {
  private enum Comparison: String, CaseIterable, Sendable {
    // Longer spellings first: the first that fits is taken.
    case atLeast = ">="
    case atMost = "<="
    case above = ">"
    case below = "<"
    case equal = "="
  }

  private let conditions: [Condition]

  private struct Condition: Sendable, Equatable {
    let comparison: Comparison
    let version: SemanticVersion

    func holds(for other: SemanticVersion) -> Bool {
      switch comparison {
      case .atLeast: other >= version
      case .atMost: other <= version
      case .above: other > version
      case .below: other < version
      case .equal: other == version
      }
    }
  }

  /// - Returns: nil for what is no range.
  public init?(_ text: String) {
    var conditions: [Condition] = []
    for word in text.split(whereSeparator: { $0 == " " || $0 == "," }) {
      guard let parsed = Self.parse(word) else { return nil }
      conditions += parsed
    }
    if conditions.isEmpty { return nil }
    self.conditions = conditions
  }

  public func contains(_ version: SemanticVersion) -> Bool {
    guard conditions.allSatisfy({ $0.holds(for: version) }) else { return false }
    if version.prerelease.isEmpty { return true }
    return conditions.contains {
      !$0.version.prerelease.isEmpty
        && ($0.version.major, $0.version.minor, $0.version.patch) == (version.major, version.minor, version.patch)
    }
  }

  private static func parse(_ word: Substring) -> [Condition]? {
    if let first = word.first, first == "^" || first == "~" {
      guard let low = SemanticVersion(word.dropFirst()) else { return nil }
      let minorStays = first == "~" || low.major == 0
      return between(low, minorStays ? "\(low.major).\(low.minor + 1)" : "\(low.major + 1)")
    }
    let parts = word.split(separator: ".", omittingEmptySubsequences: false)
    if let last = parts.last, ["x", "X", "*"].contains(last) {
      let fixed = parts.dropLast().joined(separator: ".")
      guard let low = SemanticVersion(fixed) else { return nil }
      return between(low, parts.count == 2 ? "\(low.major + 1)" : "\(low.major).\(low.minor + 1)")
    }
    for comparison in Comparison.allCases where word.hasPrefix(comparison.rawValue) {
      return SemanticVersion(word.dropFirst(comparison.rawValue.count)).map {
        [Condition(comparison: comparison, version: $0)]
      }
    }
    return SemanticVersion(word).map { [Condition(comparison: .equal, version: $0)] }
  }

  private static func between(_ low: SemanticVersion, _ high: String) -> [Condition]? {
    guard let high = SemanticVersion(high) else { return nil }
    return [Condition(comparison: .atLeast, version: low), Condition(comparison: .below, version: high)]
  }
}
