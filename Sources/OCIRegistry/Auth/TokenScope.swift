/// For what a registry's tokens are asked, as far as its challenges told.
enum TokenScope: Sendable, Equatable {
  /// `repository:NAME:pull`, as nearly everywhere: known for a repository never asked about before.
  case byName
  /// One scope for all repositories, and so one token: `aws` at public.ecr.aws.
  case fixed(String)
  /// Named differently for each repository: only the next challenge tells.
  case unknown

  /// What a challenge's scope for one repository tells about the others. Of several scopes the first is taken: some
  /// registries refuse requests for more than one.
  ///
  /// - Parameter isPush: whether the challenge came for something that is to be written: the scope then names more than
  ///   reading, which other requests do not need.
  init(challenge: String?, repository: ImageReference, isPush: Bool = false) {
    let first = challenge?.split(separator: " ").first.map(String.init)
    switch first {
    case nil, Self.named(repository, isPush: false): self = .byName
    case let scope? where isPush && scope.hasPrefix("repository:\(repository.repository):"): self = .byName
    case let scope? where !scope.hasPrefix("repository:"): self = .fixed(scope)
    default: self = .unknown
    }
  }

  /// The scope to ask for; nil where only a challenge can tell.
  func scope(for repository: ImageReference, isPush: Bool = false) -> String? {
    switch self {
    case .byName: Self.named(repository, isPush: isPush)
    case .fixed(let scope): scope
    case .unknown: nil
    }
  }

  private static func named(_ repository: ImageReference, isPush: Bool) -> String {
    "repository:\(repository.repository):\(isPush ? "pull,push" : "pull")"
  }
}
