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

extension DestinationState {
  var role: Role {
    switch self {
    case .inSync: .good
    case .drifted, .missing: .warning
    case .queued, .copying: .busy
    case .failed, .blocked, .sourceMissing: .bad
    case .unreachable: .odd
    case .unknown, .disabled, .expired: .faint
    }
  }
}

extension JobState {
  var role: Role {
    switch self {
    case .submitted, .pending, .runnable: .plain
    case .starting, .running: .busy
    case .succeeded: .good
    case .failed: .bad
    }
  }
}
