import Support

/// Where credentials come from.
public protocol CredentialProvider: Sendable {
  /// Credentials that are valid now.
  func credentials() async throws(AWSCredentialError) -> AWSCredentials

  /// Says that a service refused these as expired or unknown: the next ones asked for must be others, where there are
  /// any.
  func discard(_ refused: AWSCredentials) async
}

extension CredentialProvider {
  public func discard(_ refused: AWSCredentials) async {}
}

/// Why there are no credentials, as a sentence that says what to do next.
public struct AWSCredentialError: Error, Sendable, Equatable, CustomStringConvertible {
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
  public let reason: String
  /// What to do, where that is more than the kind tells.
  public let advice: String?

  static let cancelled = AWSCredentialError(.cancelled, "the search for AWS credentials was cancelled")

  public init(_ kind: Kind, _ reason: String, advice: String? = nil) {
    self.kind = kind
    self.reason = reason.cleaned.shortened(to: 1000)
    self.advice = advice?.cleaned.shortened(to: 300)
  }

  public var description: String { advice.map { "\(reason): \($0)" } ?? reason }
}
