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
  /// What failed, on what and why.
  public let reason: String
  /// Where it is the store or a service as a whole that fails.
  public let outage: Outage?

  public init(_ kind: Kind, _ reason: String, _ outage: Outage? = nil) {
    self.kind = kind
    self.reason = reason
    self.outage = outage
  }

  /// The reason, and what to do next.
  public var description: String { outage.map { "\(reason); \($0.advice)" } ?? reason }
}
