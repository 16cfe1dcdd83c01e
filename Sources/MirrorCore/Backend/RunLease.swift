public import FoundationEssentials

/// The right to be the one run under way, until it expires.
public struct RunLease: Sendable, Equatable, Codable {
  public let run: String
  /// Who works, for a person: a host and process, or a job.
  public let holder: String
  public let expires: Date

  public init(run: String, holder: String, expires: Date) {
    self.run = run
    self.holder = holder
    self.expires = expires
  }
}
