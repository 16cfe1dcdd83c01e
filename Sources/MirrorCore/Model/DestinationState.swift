/// How a destination stands towards its source. The raw values are the words people and scripts see, in the order in
/// which they are listed.
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
  /// A registry wants to be asked later; until when is kept. The drift remains.
  case deferred
  /// The last job failed; the drift remains.
  case failed
  /// The destination's tag is immutable and differs.
  case blocked
  /// Another row copies something else to it; nothing is copied until a person decides.
  case contested
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

  /// What is so of a state wherever it is shown or decided upon.
  private struct Entry {
    let weight: Int
    let severity: Severity
    let meaning: String
    var isDrift = false
    var isUnderWay = false
  }

  /// The table of states: a new one needs its line here, and the compiler asks for it.
  private var entry: Entry {
    switch self {
    case .expired: Entry(weight: 0, severity: .idle, meaning: "its expiry date has passed")
    case .disabled: Entry(weight: 1, severity: .idle, meaning: "not mirrored until somebody enables it")
    case .inSync: Entry(weight: 2, severity: .good, meaning: "both digests are equal")
    case .unknown: Entry(weight: 3, severity: .idle, meaning: "not checked yet")
    case .queued: Entry(weight: 4, severity: .busy, meaning: "a job to copy it is queued", isUnderWay: true)
    case .copying: Entry(weight: 5, severity: .busy, meaning: "a job is copying it", isUnderWay: true)
    case .missing:
      Entry(
        weight: 6, severity: .warning, meaning: "no such tag or repository at the destination", isDrift: true)
    case .drifted:
      Entry(weight: 7, severity: .warning, meaning: "both exist, and their digests differ", isDrift: true)
    case .deferred:
      Entry(
        weight: 8, severity: .warning, meaning: "a registry asked to retry later; the note says when", isDrift: true)
    case .unreachable:
      Entry(weight: 9, severity: .unseen, meaning: "it could not be checked; the note says why")
    case .sourceMissing: Entry(weight: 10, severity: .bad, meaning: "no such tag or repository at the source")
    case .blocked:
      Entry(weight: 11, severity: .bad, meaning: "the destination's tag is immutable and differs", isDrift: true)
    case .contested:
      Entry(weight: 13, severity: .bad, meaning: "another mirror copies to it too; delete, edit or disable one")
    case .failed: Entry(weight: 12, severity: .bad, meaning: "the last job failed; it still differs", isDrift: true)
    }
  }

  /// The order of urgency, least first: for the one state a row shows, and for sorting by state.
  public var weight: Int { entry.weight }

  public var severity: Severity { entry.severity }

  /// What the word means, for a person.
  public var meaning: String { entry.meaning }

  /// Whether a copy would bring the destination in step.
  public var isDrift: Bool { entry.isDrift }

  /// Whether a live job is about it.
  public var isUnderWay: Bool { entry.isUnderWay }

  /// Whether a person may have to act: what a "problems" view lists.
  public var isProblem: Bool { severity.needsPerson }
}
