import OCIRegistry

/// A destination that several rows copy different images to.
public struct Contest: Sendable, Equatable {
  /// In full with its tag.
  public let destination: String
  /// Their keys, at least two, sorted.
  public let rows: [String]
}

extension DestinationClaims {
  /// What is contested, sorted by destination: of tag rules by what they were last seen to pick, and where nobody looked
  /// yet by their patterns, as far as other rows name tags.
  public var contests: [Contest] {
    repositories.flatMap { name, repository in
      repository.claimsByTag(in: name).compactMap { tag, claims -> Contest? in
        guard Set(claims.map { $0.copied(tag) }).count > 1 else { return nil }
        return Contest(destination: "\(name):\(tag)", rows: claims.map(\.row).sorted())
      }
    }.sorted { $0.destination < $1.destination }
  }
}

extension DestinationClaims.Repository {
  fileprivate func claimsByTag(in name: String) -> [String: [DestinationClaims.Claim]] {
    guard isShared else { return [:] }
    var claims = fixed
    for rule in rules {
      for key in rule.seen where key.hasPrefix("\(name):") {
        claims[String(key.dropFirst(name.utf8.count + 1)), default: []].append(rule)
      }
    }
    for rule in rules where rule.seen.isEmpty {
      for tag in rule.rule?.picked(of: Array(claims.keys)) ?? [] { claims[tag]?.append(rule) }
    }
    return claims
  }
}
