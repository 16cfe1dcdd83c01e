import OCIRegistry
import Support

/// What went wrong with a mirror, as a sentence for the person who must act.
public struct MirrorError: Error, Sendable, Equatable, CustomStringConvertible {
  public enum Kind: Sendable, Equatable {
    /// What was asked for is not valid; nothing was done.
    case invalid
    /// The row changed since it was read, or is there already.
    case conflict
    case notFound
    /// Another run works, or its jobs do.
    case refused
    /// The store or a service failed.
    case backend
  }

  public let kind: Kind
  public let description: String

  public init(_ kind: Kind, _ description: String) {
    self.kind = kind
    self.description = description
  }
}
