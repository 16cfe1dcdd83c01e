public import OCIRegistry
import Support

// Repositories of destinations, made because a person asks.

extension MirrorService {
  /// Makes a repository.
  ///
  /// - Parameters:
  ///   - name: with its registry.
  ///   - mirror: the row whose option says what it is made with; nil for none.
  ///   - settings: nil for those of the row, of the configuration or the stack, or of a creation template.
  /// - Throws: `MirrorError` saying what to do.
  public func createRepository(
    _ name: String, for mirror: String? = nil, with settings: RepositorySettings? = nil
  ) async throws -> RepositoryMaking {
    let reference: ImageReference
    do throws(ReferenceError) {
      reference = try ImageReference(name)
    } catch {
      throw MirrorError(.invalid, error.description)
    }
    guard reference.tag == nil, reference.digest == nil else {
      throw MirrorError(.invalid, "\(name.cleaned) has a tag or a digest: give the repository alone")
    }
    guard let keeper = registries.repositories, keeper.keeps(reference.registry) else {
      throw MirrorError(
        .invalid,
        "\(reference.registry) is no ECR registry, or AWS is not set up here: create \(reference.repository) with the registry's own tools"
      )
    }
    var options: [String: JSONValue] = [:]
    if let mirror { options = try await backend.table.entry(mirror, seeing: [])?.options ?? [:] }
    let chosen = try settings ?? NewRepositories.settings(row: options, otherwise: newRepositories)
    do throws(RepositoryFault) {
      return try await keeper.make(reference, with: chosen ?? newRepositories ?? RepositorySettings())
    } catch {
      throw MirrorError(.backend, error.description)
    }
  }

  /// The repositories that were found missing when somebody last looked, each with a row that copies to it.
  public func missingRepositories() async throws -> [(repository: MissingRepository, mirror: String)] {
    var found: [MissingRepository: String] = [:]
    try await forEachPage { page in
      for status in page.mirrors {
        for destination in status.destinations {
          guard let missing = destination.missingRepository, found[missing] == nil else { continue }
          found[missing] = status.id
        }
      }
    }
    return found.map { (repository: $0.key, mirror: $0.value) }.sorted { $0.repository.name < $1.repository.name }
  }
}

extension DestinationStatus {
  /// The destination's repository, where that is what is missing by the last look or job.
  public var missingRepository: MissingRepository? {
    state == .missing || state == .failed ? MissingRepository(reason: error) : nil
  }
}

extension RepositoryMaking {
  /// What became of it, as a sentence.
  public func sentence(_ name: String) -> String {
    switch self {
    case .made: "created the repository \(name)"
    case .wasThere: "the repository \(name) is there already"
    case .leftToPush(let template): "the creation template \(template) makes the repository \(name) with the first push"
    }
  }
}
