import MirrorCore

/// What a text is, which decides how it looks. Words always say what colours say too.
enum Role: Sendable, Hashable, CaseIterable {
  case plain
  case title
  case heading
  case faint
  case key
  case good
  case warning
  case bad
  case odd
  case busy
  case marked
  case bar
}

extension Severity {
  var role: Role {
    switch self {
    case .idle: .faint
    case .info: .plain
    case .good: .good
    case .busy: .busy
    case .warning: .warning
    case .unseen: .odd
    case .bad: .bad
    }
  }
}

extension DestinationState {
  var role: Role { severity.role }
}

extension JobState {
  var role: Role { severity.role }
}
