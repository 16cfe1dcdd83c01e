public import Logging
public import OCIRegistry
public import Support

/// Moves images between registries: skopeo, or a script that stands in its place.
public protocol Copier: Sendable {
  /// Whether an image of that source may be at a destination without having been looked at by this copier: not where a
  /// policy of the machine rejects it, or wants to see its signature.
  func accepts(_ source: ImageReference) -> Bool

  /// Copies all images of the source to the destination, and returns when every manifest is there.
  ///
  /// - Parameter onProgress: how far it is, now and then.
  /// - Throws: `CopyFailure`: why the destination does not have it.
  func copy(
    _ copy: ImageCopy, logger: Logger, onProgress: @escaping @Sendable (JobProgress) async -> Void
  ) async throws(CopyFailure)
}

/// One copy from one reference to another.
public struct ImageCopy: Sendable, Equatable {
  /// How the manifests are to arrive.
  public enum Form: Sendable {
    /// Byte by byte the same.
    case preserved
    /// As Docker schema 2, for a source in a form that the destination refuses.
    case converted
  }

  /// By its digest, so that a tag which moves meanwhile changes nothing.
  public let source: ImageReference
  public let destination: ImageReference
  public var form: Form
  /// Whether only the source's index is copied, though not all images are there that it lists.
  public var isIndexOnly = false
  /// The row's `Options`.
  public let options: [String: JSONValue]
  /// Destinations done before this one, of all that the job has.
  public let count: JobProgress.Count

  public init(
    _ source: ImageReference, to destination: ImageReference, form: Form = .preserved,
    options: [String: JSONValue] = [:], count: JobProgress.Count = JobProgress.Count()
  ) {
    self.source = source
    self.destination = destination
    self.form = form
    self.options = options
    self.count = count
  }
}
