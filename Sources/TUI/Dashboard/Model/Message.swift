import FoundationEssentials
import MirrorCore

/// What an action reported: shown for a while, and kept in the messages view.
struct Message: Sendable, Equatable {
  let at: Date
  let severity: Severity
  let text: String

  /// How long the message line shows it.
  static let shown: TimeInterval = 12
  /// How many are kept.
  static let limit = 500

  var role: Role { severity.role }

  /// Colour says nothing alone.
  var word: String {
    switch severity {
    case .idle, .info, .good, .busy: ""
    case .warning, .unseen: "note: "
    case .bad: "error: "
    }
  }
}
