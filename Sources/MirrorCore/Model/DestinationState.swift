/// How a destination stands towards its source. The raw values are the words people and scripts see.
public enum DestinationState: String, Sendable, Codable, CaseIterable, Hashable {
  /// Both digests are equal.
  case inSync = "in-sync"
  /// Both are there and their digests differ.
  case drifted
  /// No such tag or repository at the destination.
  case missing
  /// A job that will copy it waits.
  case queued
  /// A job is copying it.
  case copying
  /// The last job failed; the drift remains.
  case failed
  /// The destination's tag is immutable and differs.
  case blocked
  /// No such tag or repository at the source.
  case sourceMissing = "source-missing"
  /// It could not be observed; the reason is kept. Never taken for "in sync".
  case unreachable
  /// Never observed.
  case unknown
  /// The row is switched off.
  case disabled
  /// The row's end date has passed.
  case expired

  /// Whether a copy would bring the destination in step.
  public var isDrift: Bool {
    switch self {
    case .drifted, .missing, .failed, .blocked: true
    default: false
    }
  }

  /// Whether a person may have to act: what a "problems" view lists.
  public var isProblem: Bool {
    switch self {
    case .failed, .blocked, .sourceMissing, .unreachable: true
    default: false
    }
  }
}
