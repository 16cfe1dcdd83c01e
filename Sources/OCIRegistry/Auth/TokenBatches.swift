/// Which tokens are asked for together: a decision without I/O.
///
/// A token may be for several repositories: `scope` may be given several times
/// (https://distribution.github.io/distribution/spec/auth/token/). Servers that refuse that, or whose tokens do not say
/// what they are good for, are asked for one at a time from then on.
struct TokenBatches: Sendable {
  /// Repositories asked for together, at most: each adds some hundred bytes to a token, which goes with every request,
  /// and servers take headers of 8 KiB.
  static let most = 10
  /// Bytes of the scopes that are asked for besides, at most: names of repositories may have 255 each.
  static let mostBytes = 1500

  /// The scopes whose requests bring tokens for others, by those, of each registry.
  private var coming: [String: [String: String]] = [:]
  private var takeOne: Set<String> = []

  /// The scope whose request brings this one's token; nil where none does.
  func leader(of scope: String, _ registry: String) -> String? { coming[registry]?[scope] }

  /// Begins a request for a token.
  ///
  /// - Parameter upcoming: other scopes that will be wanted soon, and have no token.
  /// - Returns: for what it asks besides.
  mutating func begin(_ scope: String, of registry: String, upcoming: [String]) -> [String] {
    guard !takeOne.contains(registry) else { return [] }
    var others: [String] = []
    var bytes = 0
    for other in upcoming where other != scope && !others.contains(other) && leader(of: other, registry) == nil {
      guard others.count < Self.most - 1 else { break }
      guard bytes + other.utf8.count <= Self.mostBytes else { continue }
      bytes += other.utf8.count
      others.append(other)
    }
    for other in others { coming[registry, default: [:]][other] = scope }
    return others
  }

  mutating func end(_ scope: String, of registry: String) {
    coming[registry] = coming[registry]?.filter { $0.value != scope }
  }

  /// It takes one repository at a time.
  mutating func takesOne(_ registry: String) { takeOne.insert(registry) }
}
