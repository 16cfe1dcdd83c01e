/// How much something matters to a person. What it looks like follows from it, on the screen and in the output of
/// commands alike; words always say what colours say too.
public enum Severity: Sendable, Hashable, CaseIterable {
  /// Nothing is to be done about it, and nothing is to be seen.
  case idle
  /// Neither good nor bad.
  case info
  case good
  /// Somebody works on it.
  case busy
  /// Not as it should be; what is wrong is mended without a person, or work goes on all the same.
  case warning
  /// It could not be seen how it is.
  case unseen
  /// Something does not work before a person acts.
  case bad

  /// Whether a person may have to act.
  public var needsPerson: Bool {
    switch self {
    case .unseen, .bad: true
    case .idle, .info, .good, .busy, .warning: false
    }
  }
}
