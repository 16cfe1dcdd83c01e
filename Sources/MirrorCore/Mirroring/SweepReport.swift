import Support

/// What a sweep found and did.
public struct SweepReport: Sendable, Equatable {
  /// Rows looked at.
  public var mirrors = 0
  /// Destinations by state, as found.
  public var found: [DestinationState: Int] = [:]
  /// Destinations whose stored state was news.
  public var changed = 0
  /// Destinations out of step that wait for their next try.
  public var waiting = 0
  /// What was submitted, or in a dry run would be.
  public var requests: [JobRequest] = []
  /// What the queue has for `requests`, in their order; empty in a dry run. Requests it cannot take are in `skipped`.
  public var submissions: [Submission] = []
  /// What it took of registries, by their names.
  public var asked: [String: RegistryRequests] = [:]
  /// Rows left out, by key, with the reason; one may have several.
  public var skipped: [Skipped] = []

  public struct Skipped: Sendable, Equatable {
    public let source: String
    public let reason: String
  }

  public init() {}

  /// Takes in what another sweep, over other rows, found and did.
  public mutating func merge(_ other: SweepReport) {
    mirrors += other.mirrors
    found.merge(other.found, uniquingKeysWith: +)
    changed += other.changed
    waiting += other.waiting
    requests += other.requests
    submissions += other.submissions
    asked.merge(other.asked) { $0 + $1 }
    skipped += other.skipped
  }

  /// Whether every destination looked at is in sync, and no row was left out.
  public var isClean: Bool {
    skipped.isEmpty && found.allSatisfy { $0.key == .inSync || $0.value == 0 }
  }
}

/// How often a registry was asked.
public struct RegistryRequests: Sendable, Equatable {
  /// Requests to it, further attempts among them.
  public var sent: Int
  /// Requests to the servers that hand out its tokens.
  public var tokens: Int
  /// The fewest that could tell as much: one for each distinct reference that was looked at, and one for each 1,000 tags
  /// of a repository of which all were listed. Tokens come beside them.
  public var floor: Int

  public init(sent: Int, tokens: Int, floor: Int) {
    (self.sent, self.tokens, self.floor) = (sent, tokens, floor)
  }

  static func + (one: RegistryRequests, other: RegistryRequests) -> RegistryRequests {
    RegistryRequests(
      sent: one.sent + other.sent, tokens: one.tokens + other.tokens, floor: one.floor + other.floor)
  }
}

extension SweepReport {
  /// Whether something could not be looked at, or waits for its next try after it failed: what could not be seen was not
  /// mirrored either.
  public var hasGaps: Bool {
    let unseen = found[.unreachable, default: 0] + found[.sourceMissing, default: 0]
    return !skipped.isEmpty || waiting > 0 || unseen > 0
  }

  /// One line for a person: `12 mirrors: 10 in-sync, 2 drifted; 2 jobs submitted`.
  public var summary: String {
    let states = DestinationState.allCases.compactMap { state -> String? in
      guard let count = found[state], count > 0 else { return nil }
      return "\(count) \(state.rawValue)"
    }
    var line = counted(mirrors, "mirror")
    if !states.isEmpty { line += ": " + states.joined(separator: ", ") }
    let submitted = submissions.filter(\.isNew)
    let (new, images) = (submitted.count, submitted.reduce(0) { $0 + $1.job.images.count })
    if new > 0 { line += "; \(counted(new, "job")) submitted" }
    if images > new { line += " for \(images) images" }
    let old = submissions.count - new
    if old > 0 { line += "; \(old) already under way" }
    if waiting > 0 { line += "; \(waiting) wait\(waiting == 1 ? "s" : "") for the next retry" }
    if !skipped.isEmpty { line += "; \(skipped.count) skipped" }
    return line
  }
}
