public import FoundationEssentials
public import OCIRegistry

/// Something that is over: a job or a run.
public enum HistoryItem: Sendable, Equatable, Codable {
  case job(JobRecord)
  case run(RunRecord)

  /// When it ended.
  public var at: Date {
    switch self {
    case .job(let record): record.finished
    case .run(let record): record.finished
    }
  }

  /// What is older is forgotten.
  public static let days = 90
  public static let kept = Duration.seconds(days * 86400)
}

/// What a job did to one destination.
public struct DestinationRecord: Sendable, Equatable {
  public enum Outcome: String, Sendable, Codable {
    /// Copied and verified.
    case copied
    /// The repository held the image already: it got the tag, and was verified.
    case tagged
    /// In sync already when the job looked.
    case skipped
    case failed
    /// The tag is immutable and differs.
    case blocked
    /// A registry wants to be asked later.
    case deferred
    /// A person stopped the job before it was done.
    case cancelled
  }

  public var reference: String
  public var outcome: Outcome
  public var before: Digest?
  public var after: Digest?
  public var error: String?

  public init(reference: String, outcome: Outcome, before: Digest? = nil, after: Digest? = nil, error: String? = nil) {
    self.reference = reference
    self.outcome = outcome
    self.before = before
    self.after = after
    self.error = error
  }
}

/// Kept as versions without `tagged` can read it: as `copied`, and with a member of its own.
extension DestinationRecord: Codable {
  private enum CodingKeys: CodingKey {
    case reference, outcome, tagged, before, after, error
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    reference = try container.decode(String.self, forKey: .reference)
    let isTagged = try container.decodeIfPresent(Bool.self, forKey: .tagged) ?? false
    outcome = isTagged ? .tagged : try container.decode(Outcome.self, forKey: .outcome)
    before = try container.decodeIfPresent(Digest.self, forKey: .before)
    after = try container.decodeIfPresent(Digest.self, forKey: .after)
    error = try container.decodeIfPresent(String.self, forKey: .error)
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(reference, forKey: .reference)
    try container.encode(outcome == .tagged ? .copied : outcome, forKey: .outcome)
    if outcome == .tagged { try container.encode(true, forKey: .tagged) }
    try container.encodeIfPresent(before, forKey: .before)
    try container.encodeIfPresent(after, forKey: .after)
    try container.encodeIfPresent(error, forKey: .error)
  }
}

/// A finished sweep over the whole table: looked at everything and, if it was a run, submitted what drifted.
public struct RunRecord: Sendable, Equatable, Codable {
  public enum Kind: String, Sendable, Codable, CaseIterable {
    /// Unattended: looked, and submitted jobs.
    case run
    /// As a person asked for it: looked, and submitted jobs, whose origin has the same name.
    case adhoc
    /// Only looked.
    case check
  }

  public var id: String
  public var kind: Kind
  public var started: Date
  public var finished: Date
  /// Rows looked at.
  public var mirrors: Int
  /// Destinations by state, as the sweep found them.
  public var found: [String: Int]
  /// Jobs submitted.
  public var submitted: Int
  /// Why it ended early.
  public var error: String?

  public init(
    id: String, kind: Kind, started: Date, finished: Date, mirrors: Int, found: [String: Int], submitted: Int,
    error: String? = nil
  ) {
    self.id = id
    self.kind = kind
    self.started = started
    self.finished = finished
    self.mirrors = mirrors
    self.found = found
    self.submitted = submitted
    self.error = error
  }
}
