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
      // What a tag can hold of it.
      guard !prerelease.isEmpty,
        prerelease.allSatisfy({ $0.utf8.allSatisfy { isAlphanumeric($0) || "-_".utf8.contains($0) } })
      else { return nil }
      body = body[..<dash]
    }
    let parts = body.split(separator: ".", omittingEmptySubsequences: false)
    guard (1...3).contains(parts.count) else { return nil }
    var numbers: [Int] = []
    for part in parts {
      guard part.allSatisfy({ $0.isASCII && $0.isNumber }), let number = Int(part), number < Int.max else {
        // The one after it must be a number too, for ranges.
        return nil
      }
      numbers.append(number)
    }
    numbers += Array(repeating: 0, count: 3 - numbers.count)
    (major, minor, patch) = (numbers[0], numbers[1], numbers[2])
  }

  /// The numbers that a tag begins with, as a release, and what follows them: 3.19.1 and `-alpine` of `v3.19.1-alpine`.
  ///
  /// - Returns: nil where it begins with none.
  public static func leading(_ tag: String) -> (version: SemanticVersion, rest: Substring)? {
    let text = tag.utf8
    var end = text.startIndex
    if let first = text.first, "vV".utf8.contains(first) { text.formIndex(after: &end) }
    for part in 0..<3 {
      var next = end
      if part > 0 {
        guard end < text.endIndex, text[end] == UInt8(ascii: ".") else { break }
        text.formIndex(after: &next)
      }
      let digits = text[next...].prefix(while: isDigit)
      if digits.isEmpty { break }
      end = digits.endIndex
    }
    return SemanticVersion(tag[..<end]).map { ($0, tag[end...]) }
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

extension SemanticVersion: CustomStringConvertible {
  /// In full: `1.2.0-rc.1`.
  public var description: String {
    "\(major).\(minor).\(patch)" + (prerelease.isEmpty ? "" : "-" + prerelease.joined(separator: "."))
  }
}
