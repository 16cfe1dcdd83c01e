/// How a repository stands, as its registry's own API tells it.
public enum RepositoryStanding: Sendable, Equatable {
  case missing
  case there(TagMutability)
}

/// What became of a repository that was to be made.
public enum RepositoryMaking: Sendable, Equatable {
  case made
  /// Somebody made it meanwhile, or it was there.
  case wasThere
  /// The registry makes it by itself with the first push, as a creation template of this prefix says.
  case leftToPush(template: String)
}

/// Why a repository could not be made, as a sentence with what to do next.
public struct RepositoryFault: Error, Sendable, Equatable, CustomStringConvertible {
  public let description: String
  /// Whether trying again may help.
  public let isPassing: Bool

  public init(_ description: String, isPassing: Bool = false) {
    (self.description, self.isPassing) = (description, isPassing)
  }
}

/// What registries have beside the distribution specification: calls that tell of repositories, and make them.
public protocol RepositoryKeeper: Sendable {
  /// Whether a registry has such calls, and makes no repository by a push alone.
  func keeps(_ registry: String) -> Bool

  /// Says what will be asked about soon, so that one call may tell of all of it.
  func expect(_ repositories: [ImageReference])

  /// - Returns: nil where the registry does not tell, or whoever asks may not know.
  func standing(of repository: ImageReference) async -> RepositoryStanding?

  /// Whether a push to one repository of a registry may take layers that another has.
  ///
  /// - Returns: nil where the registry does not tell.
  func sharesLayers(_ registry: String) async -> Bool?

  /// Makes a repository with its settings; with those of a creation template where `settings` has none.
  ///
  /// - Throws: `RepositoryFault`; that it is there already is no fault.
  func make(
    _ repository: ImageReference, with settings: RepositorySettings
  ) async throws(RepositoryFault) -> RepositoryMaking
}
