public import OCIRegistry
import Support

/// Which rows an action is about.
public enum Selection: Sendable, Equatable {
  case all
  /// Rows that were last seen with a destination out of step.
  case drifted
  /// Rows by their keys.
  case sources([String])
  /// One source image, in each row that mirrors it: what a push was about. Rows that do not are passed over. A
  /// repository without a tag stands for all that its row mirrors.
  case image(ImageReference)
}

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
    skipped += other.skipped
  }

  /// Whether every destination looked at is in sync, and no row was left out.
  public var isClean: Bool {
    skipped.isEmpty && found.allSatisfy { $0.key == .inSync || $0.value == 0 }
  }
}

/// How far a sweep is.
public struct SweepProgress: Sendable, Equatable {
  /// Distinct references looked at.
  public var looked: Int
  /// References known to be looked at so far; grows while the table is read.
  public var known: Int

  public init(looked: Int, known: Int) {
    self.looked = looked
    self.known = known
  }
}

extension SweepReport {
  /// One line for a person: `12 mirrors: 10 in-sync, 2 drifted; 2 jobs submitted`.
  public var summary: String {
    let states = DestinationState.allCases.compactMap { state -> String? in
      guard let count = found[state], count > 0 else { return nil }
      return "\(count) \(state.rawValue)"
    }
    var line = counted(mirrors, "mirror")
    if !states.isEmpty { line += ": " + states.joined(separator: ", ") }
    let new = submissions.count { $0.isNew }
    if new > 0 { line += "; \(counted(new, "job")) submitted" }
    let old = submissions.count - new
    if old > 0 { line += "; \(old) already under way" }
    if waiting > 0 { line += "; \(waiting) wait\(waiting == 1 ? "s" : "") for the next try" }
    if !skipped.isEmpty { line += "; \(skipped.count) left out" }
    return line
  }
}
