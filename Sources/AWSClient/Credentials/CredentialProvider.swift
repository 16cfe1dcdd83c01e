import Support

/// Where credentials come from.
public protocol CredentialProvider: Sendable {
  /// Credentials that are valid now.
  func credentials() async throws(CredentialError) -> AWSCredentials

  /// Says that a service refused these as expired or unknown: the next ones asked for must be others, where there are
  /// any.
  func discard(_ refused: AWSCredentials) async
}

extension CredentialProvider {
  public func discard(_ refused: AWSCredentials) async {}
}

/// Why there are no credentials, as a sentence that says what to do next.
public struct CredentialError: Error, Sendable, Equatable, CustomStringConvertible {
  public enum Kind: Sendable, Equatable {
    /// Nothing names any.
    case notConfigured
    /// There was a session, and it has ended.
    case expired
    /// Whoever hands them out did not answer, or refused.
    case unavailable
    /// What is configured cannot be used.
    case invalid
    case cancelled
  }

  public let kind: Kind
  public let description: String

  static let cancelled = CredentialError(.cancelled, "the search for AWS credentials was cancelled")

  public init(_ kind: Kind, _ description: String) {
    self.kind = kind
    self.description = description.cleaned.shortened(to: 1000)
  }
}
