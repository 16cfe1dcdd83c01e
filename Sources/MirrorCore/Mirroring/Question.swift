import OCIRegistry

/// What a sweep wants to know of a registry.
enum Question: Sendable, Hashable {
  case look(LookTarget)
  /// All tags of a repository, for a row with a tag rule.
  case tags(ImageReference)

  var reference: ImageReference {
    switch self {
    case .look(let target): target.reference
    case .tags(let repository): repository
    }
  }

  var use: ImageUse {
    switch self {
    case .look(let target): target.use
    case .tags: .pull
    }
  }

  /// What an answer to it tells.
  enum Answer: Sendable {
    case look(LookTarget, Look)
    case tags(ImageReference, Result<[String], MirrorError>)
  }

  /// The answer where it could not be asked.
  func unanswered(_ reason: String) -> Answer {
    switch self {
    case .look(let target): .look(target, .failed(reason))
    case .tags(let repository):
      .tags(
        repository,
        .failure(
          MirrorError(.backend, "the tags of \(repository.familiar) cannot be listed: \(reason)")))
    }
  }
}
