import OCIRegistry
import Support

/// What the destinations of a sweep hold, for registries that list tags with their digests: from the third look at a
/// repository on, lists stand for looks where they take fewer requests.
///
/// How many tags of a repository will be asked for nobody knows, as the table is read page by page. So a further page of
/// its list is read for each third look that the pages so far do not answer: at most half as many requests more than the
/// best that could have been done. What a list does not have is looked at, for a copy depends on it. Sources are never
/// listed: a pull-through cache looks upstream for a manifest that is asked for, and not for a list.
final class ListedTags: Sendable {
  /// Looks at a repository for each page of its list.
  static let looksForAPage = 3
  /// Tags that are kept, of all repositories: some 10 MB. The repository that was listed first is forgotten first.
  static let most = 50_000

  private struct Repository {
    var looks = 0
    var digests: [String: Digest] = [:]
    var next: String?
    /// Whether there is no further page, or the registry does not tell.
    var isOver = false
  }

  private struct State {
    var repositories: [ImageReference: Repository] = [:]
    var order: [ImageReference] = []
    var kept = 0
  }

  private let registries: RegistryClient
  private let most: Int
  private let state = Lock(State())
  private let flights = SingleFlight<ImageReference, Void, Never>()

  init(_ registries: RegistryClient, most: Int = ListedTags.most) {
    (self.registries, self.most) = (registries, most)
  }

  /// What a destination holds, by a list.
  ///
  /// - Returns: nil where it must be looked at.
  func found(_ target: LookTarget) async throws -> ManifestDescriptor? {
    guard registries.lists(target), let tag = target.reference.tag else { return nil }
    let repository = target.reference.withoutTag
    if let digest = digest(of: tag, in: repository) { return descriptor(digest) }
    let isDue = state.withLock { state in
      var known = state.repositories[repository] ?? Repository()
      if !known.isOver { known.looks += 1 }
      let isDue = !known.isOver && known.looks >= Self.looksForAPage
      state.repositories[repository] = known
      return isDue
    }
    guard isDue else { return nil }
    // Whoever comes while a page is read waits for that one.
    _ = try await flights.value(for: repository) { [self] in
      await read(repository)
      return .success(())
    }
    return digest(of: tag, in: repository).map(descriptor)
  }

  private func digest(of tag: String, in repository: ImageReference) -> Digest? {
    state.withLock { $0.repositories[repository]?.digests[tag] }
  }

  /// All that a look is for; a list tells no more.
  private func descriptor(_ digest: Digest) -> ManifestDescriptor {
    ManifestDescriptor(digest: digest, mediaType: "", size: nil)
  }

  private func read(_ repository: ImageReference) async {
    let (mark, isOver) = state.withLock { state in
      (state.repositories[repository]?.next, state.repositories[repository]?.isOver ?? false)
    }
    // Who found a page to be due before the last came.
    if isOver { return }
    let page = await registries.page(of: repository, after: mark)
    state.withLock { state in
      var known = state.repositories[repository] ?? Repository()
      known.looks = 0
      known.isOver = page?.next == nil
      if let page {
        let before = known.digests.count
        known.digests.merge(page.digests) { $1 }
        state.kept += known.digests.count - before
        if before == 0, !known.digests.isEmpty { state.order.append(repository) }
        known.next = page.next
      }
      state.repositories[repository] = known
      while state.kept > most, state.order.count > 1 {
        state.kept -= state.repositories.removeValue(forKey: state.order.removeFirst())?.digests.count ?? 0
      }
    }
  }
}

extension RegistryClient {
  /// Whether a list can stand for a look.
  func lists(_ target: LookTarget) -> Bool {
    target.use == .push && target.reference.digest == nil && target.reference.tag != nil
      && lists(target.reference.registry)
  }
}
