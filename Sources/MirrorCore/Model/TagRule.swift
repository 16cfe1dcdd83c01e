/// Which tags of a repository are mirrored: the row's `Tags`.
public struct TagRule: Sendable, Equatable, Codable {
  /// Globs (`*`, `?`, `[a-z]`, `+([0-9])`), and regular expressions between slashes; a tag must match one of them. Empty
  /// means all.
  public var include: [String]
  /// The same; a tag that matches one of them is left out.
  public var exclude: [String]
  /// A range such as `>=1.2 <2 || 3.x`: only tags that are semantic versions within it.
  public var semver: String?
  /// A glob such as `-alpine` or `-k3s+([0-9])`: only tags that begin as versions do and have it behind the numbers,
  /// which alone are the version then.
  public var suffix: String?
  /// Only so many of what is left: the highest versions first, then other tags from the end of the alphabet.
  public var latest: Int?
  /// Where the rule selects more, nothing is mirrored until a person says what is right.
  public var max: Int?

  public init(
    include: [String] = [], exclude: [String] = [], semver: String? = nil, suffix: String? = nil, latest: Int? = nil,
    max: Int? = nil
  ) {
    self.include = include
    self.exclude = exclude
    self.semver = semver
    self.suffix = suffix
    self.latest = latest
    self.max = max
  }

  private enum CodingKeys: CodingKey { case include, exclude, semver, suffix, latest, max }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    include = try container.decodeIfPresent([String].self, forKey: .include) ?? []
    exclude = try container.decodeIfPresent([String].self, forKey: .exclude) ?? []
    semver = try container.decodeIfPresent(String.self, forKey: .semver)
    suffix = try container.decodeIfPresent(String.self, forKey: .suffix)
    latest = try container.decodeIfPresent(Int.self, forKey: .latest)
    max = try container.decodeIfPresent(Int.self, forKey: .max)
  }
}
