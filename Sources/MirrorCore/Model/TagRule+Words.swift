extension TagRule {
  /// Its parts for a person, all of which must hold; one at least.
  public var words: [String] {
    var parts: [String] = []
    if !include.isEmpty { parts.append("include \(include.joined(separator: ", "))") }
    if !exclude.isEmpty { parts.append("exclude \(exclude.joined(separator: ", "))") }
    if let semver { parts.append("versions \(semver)") }
    if let suffix { parts.append("with the suffix \(suffix)") }
    if let latest { parts.append("the latest \(latest)") }
    if let max { parts.append("at most \(max)") }
    return parts.isEmpty ? ["all"] : parts
  }
}
