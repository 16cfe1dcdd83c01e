public import OCIRegistry
import Support

/// A destination's repository that is not there, and that its registry makes by no push: what a row keeps of it, and how
/// that is read again.
public struct MissingRepository: Sendable, Hashable {
  /// With its registry, as rows name it, without a tag.
  public let name: String

  public init(_ destination: ImageReference) {
    name = destination.withoutTag.description
  }

  // How the reason begins that is kept, and how it goes on.
  private static let start = "the repository "
  private static let end = " does not exist in ECR"

  /// What is wrong, as a sentence.
  public var fact: String { Self.start + name + Self.end }

  /// Why nothing is copied, with what to do.
  public var reason: String {
    "\(fact): create it with `ecrmirror create-repository \(name)`, or let jobs create what is missing, by `ecr.createRepositories` in the configuration or a stack's parameter CreateRepositories; then mirror again"
  }

  /// Reads it from the reason that is kept of a destination.
  ///
  /// - Returns: nil where it is another reason.
  public init?(reason: String?) {
    guard let reason, reason.hasPrefix(Self.start) else { return nil }
    let rest = reason.dropFirst(Self.start.count)
    guard let end = rest.firstRange(of: Self.end) else { return nil }
    let name = String(rest[..<end.lowerBound])
    guard let reference = try? ImageReference(name), reference.tag == nil, reference.digest == nil else { return nil }
    self.name = name
  }
}
