public import FoundationEssentials

/// Something that is wrong with the machinery, and what a person can do about it.
public struct Fault: Sendable, Equatable, Identifiable {
  /// What it is about; the raw values are the words people see.
  public enum Kind: String, Sendable, CaseIterable, Comparable {
    /// A job queue takes or starts no jobs.
    case queue
    /// A compute environment of AWS Batch runs nothing.
    case compute
    /// Nobody does the jobs of this machine, or it cannot.
    case worker
    /// A program that jobs need is not there.
    case program
    /// Messages about pushes could not be handled.
    case deadLetters = "dead-letters"
    /// No run starts by itself.
    case timer
    /// It could not be looked at.
    case unseen

    /// The table of kinds: a new one needs its line here, and the compiler asks for it. Where nothing is copied, that
    /// comes before what is wrong with any mirror.
    private var entry: (weight: Int, severity: Severity) {
      switch self {
      case .queue: (99, .bad)
      case .compute: (98, .bad)
      case .worker: (97, .bad)
      case .program: (96, .bad)
      case .deadLetters: (80, .warning)
      case .timer: (75, .warning)
      case .unseen: (4, .unseen)
      }
    }

    /// The order of urgency, least first, among all that a person may have to look at.
    public var weight: Int { entry.weight }

    public var severity: Severity { entry.severity }

    /// The worst first.
    public static func < (one: Kind, other: Kind) -> Bool { one.weight > other.weight }
  }

  public let kind: Kind
  /// A queue, a rule, a program: by its name.
  public let subject: String
  /// Why it is wrong, as a sentence.
  public let reason: String
  /// What to do next.
  public let advice: String
  /// Since when, where that is known.
  public let since: Date?

  public init(_ kind: Kind, _ subject: String, reason: String, advice: String, since: Date? = nil) {
    self.kind = kind
    self.subject = subject
    self.reason = reason
    self.advice = advice
    self.since = since
  }

  /// The same for as long as it lasts.
  public var id: String { "\(kind.rawValue) \(subject)" }
}
