import Support

/// Which tags of a repository stay with the first image that they were given, as ECR has it.
public struct TagMutability: Sendable, Hashable {
  /// `imageTagMutability`: https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-tag-mutability.html
  public enum Rule: String, Sendable, CaseIterable {
    case mutable = "MUTABLE"
    case immutable = "IMMUTABLE"
    case immutableWithExclusion = "IMMUTABLE_WITH_EXCLUSION"
    case mutableWithExclusion = "MUTABLE_WITH_EXCLUSION"

    var takesExclusions: Bool { self == .immutableWithExclusion || self == .mutableWithExclusion }
  }

  public var rule: Rule
  /// Filters of the type `WILDCARD`, where `*` stands for any characters or none: tags that are the exception.
  public var exclusions: [String]

  public init(_ rule: Rule, except exclusions: [String] = []) {
    (self.rule, self.exclusions) = (rule, exclusions)
  }

  /// Whether the tag may not be moved to another image.
  public func isImmutable(_ tag: String) -> Bool {
    switch rule {
    case .mutable: false
    case .immutable: true
    case .immutableWithExclusion: !isExcluded(tag)
    case .mutableWithExclusion: isExcluded(tag)
    }
  }

  /// What a person may do who wants an immutable tag to be moved all the same, in the imperative.
  public func wayOut(of tag: String, in repository: String) -> String {
    let others = "mirror to another tag, or delete this one there"
    if rule == .mutableWithExclusion {
      let filters = exclusions.filter { Glob($0)?.matches(tag) ?? false }.map { "'\($0)'" }
      return "\(others), or take \(filters.joined(separator: " and ")) off the repository's exclusion filters"
    }
    guard exclusions.count < RepositorySettings.most.exclusions else {
      return "\(others), or let one of the repository's \(exclusions.count) exclusion filters cover it"
    }
    let filters = (exclusions + [tag]).map { "filterType=WILDCARD,filter='\($0)'" }.joined(separator: " ")
    return
      "\(others), or exclude it: aws ecr put-image-tag-mutability --repository-name \(repository) --image-tag-mutability IMMUTABLE_WITH_EXCLUSION --image-tag-mutability-exclusion-filters \(filters)"
  }

  private func isExcluded(_ tag: String) -> Bool {
    exclusions.contains { Glob($0)?.matches(tag) ?? false }
  }
}
