import Support

/// Some tags of a repository, with the digests that they stand for.
public struct TagPage: Sendable, Equatable {
  public var digests: [String: Digest]
  /// What asks for the next page; nil after the last.
  public var next: String?

  public init(digests: [String: Digest], next: String? = nil) {
    (self.digests, self.next) = (digests, next)
  }
}

/// What registries have beside the distribution specification: a call that tells the digests of many tags at once.
public protocol TagListing: Sendable {
  /// Whether a registry has such a call.
  func lists(_ registry: String) -> Bool

  /// A page of a repository's tags.
  ///
  /// - Parameter mark: what the page before it gave; nil for the first.
  /// - Returns: nil where the registry does not tell: single looks do, and say why where they do not.
  func page(of repository: ImageReference, after mark: String?) async -> TagPage?
}

extension RegistryClient {
  /// Tags of one page, at most.
  public static let tagsOfPage = 1000

  /// Whether a registry has a call that tells the digests of many tags at once.
  public func lists(_ registry: String) -> Bool { listing?.lists(registry) ?? false }

  /// The same as `TagListing.page`, counted among the registry's requests.
  public func page(of repository: ImageReference, after mark: String?) async -> TagPage? {
    guard let listing, listing.lists(repository.registry) else { return nil }
    gate(of: repository.registry).noteRequest()
    return await listing.page(of: repository, after: mark)
  }
}
