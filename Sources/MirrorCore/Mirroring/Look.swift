public import OCIRegistry

/// What one look at one reference found. A failed look is a thing of its own: never "missing", never "equal".
public enum Look: Sendable, Equatable {
  case found(ManifestDescriptor)
  /// The registry says that there is no such tag or repository.
  case missing
  /// The registry says that there is no such repository, and that it makes none by a push.
  case noRepository(MissingRepository)
  /// Why nothing can be said.
  case failed(String)

  public var digest: Digest? {
    if case .found(let descriptor) = self { return descriptor.digest }
    return nil
  }
}
