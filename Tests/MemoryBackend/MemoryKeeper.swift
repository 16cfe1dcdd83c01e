public import OCIRegistry
import Support

/// Repositories of registries that make none by a push, in memory: which there are, which of their tags may be moved, and
/// what was made of them.
public final class MemoryKeeper: RepositoryKeeper {
  private struct State {
    /// Registries that keep repositories, and those that say nothing of them.
    var kept: Set<String> = []
    var silent: Set<String> = []
    var missing: Set<String> = []
    var mutability: [String: TagMutability] = [:]
    var makes: [String: Result<RepositoryMaking, RepositoryFault>] = [:]
    var made: [(repository: String, settings: RepositorySettings)] = []
    var asked: [String] = []
  }

  private let state = Lock(State())

  public init() {}

  /// Has a registry make no repository by a push.
  public func keep(_ registry: String) { state.withLock { _ = $0.kept.insert(registry) } }

  /// Has a registry say nothing of its repositories.
  public func silence(_ registry: String) { state.withLock { _ = $0.silent.insert(registry) } }

  /// Takes a repository away, by its name with its registry.
  public func lack(_ repository: String) { state.withLock { _ = $0.missing.insert(repository) } }

  public func set(_ mutability: TagMutability, of repository: String) {
    state.withLock { $0.mutability[repository] = mutability }
  }

  /// What comes of making a repository, where it is not made.
  public func answer(_ outcome: Result<RepositoryMaking, RepositoryFault>, to repository: String) {
    state.withLock { $0.makes[repository] = outcome }
  }

  public func lacks(_ repository: String) -> Bool { state.withLock { $0.missing.contains(repository) } }

  /// What was made, and with what.
  public var made: [(repository: String, settings: RepositorySettings)] { state.withLock(\.made) }
  /// Repositories that somebody asked about.
  public var asked: [String] { state.withLock(\.asked) }

  // MARK: - As a registry's API

  public func keeps(_ registry: String) -> Bool { state.withLock { $0.kept.contains(registry) } }

  public func expect(_ repositories: [ImageReference]) {}

  public func standing(of repository: ImageReference) async -> RepositoryStanding? {
    state.withLock { state in
      state.asked.append(repository.description)
      guard state.kept.contains(repository.registry), !state.silent.contains(repository.registry) else { return nil }
      if state.missing.contains(repository.description) { return .missing }
      return .there(state.mutability[repository.description] ?? TagMutability(.mutable))
    }
  }

  public func sharesLayers(_ registry: String) async -> Bool? { nil }

  public func make(
    _ repository: ImageReference, with settings: RepositorySettings
  ) async throws(RepositoryFault) -> RepositoryMaking {
    let outcome = state.withLock { state -> Result<RepositoryMaking, RepositoryFault> in
      let outcome = state.makes[repository.description] ?? .success(.made)
      if case .success = outcome { state.missing.remove(repository.description) }
      if outcome == .success(.made) { state.made.append((repository.description, settings)) }
      return outcome
    }
    return try outcome.get()
  }
}
