import FoundationEssentials

/// What an action reported: shown for a while, and kept in the messages view.
struct Message: Sendable, Equatable {
  enum Severity: Sendable {
    case info, good, warning, bad
  }

  let at: Date
  let severity: Severity
  let text: String

  /// How long the message line shows it.
  static let shown: TimeInterval = 12
  /// How many are kept.
  static let limit = 500

  var role: Role {
    switch severity {
    case .info: .plain
    case .good: .good
    case .warning: .warning
    case .bad: .bad
    }
  }

  /// Colour says nothing alone.
  var word: String {
    switch severity {
    case .info, .good: ""
    case .warning: "note: "
    case .bad: "error: "
    }
  }
}
