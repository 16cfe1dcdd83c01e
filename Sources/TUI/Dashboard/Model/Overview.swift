import MirrorCore

/// The mirrors at a glance: how many destinations are in which state.
struct Overview: Sendable, Equatable {
  struct Count: Sendable, Equatable {
    let word: String
    let role: Role
    let count: Int
  }

  /// Destinations by state, and rows that cannot be read: the worst first.
  private(set) var counts: [Count] = []

  init(_ mirrors: [MirrorRow] = []) {
    var byState: [DestinationState: Int] = [:]
    var unreadable = 0
    for row in mirrors {
      guard let status = row.status else {
        unreadable += 1
        continue
      }
      for destination in status.destinations { byState[destination.state, default: 0] += 1 }
    }
    if unreadable > 0 { counts.append(Count(word: "unreadable", role: .bad, count: unreadable)) }
    for state in DestinationState.allCases.sorted(by: { $0.weight > $1.weight }) {
      if let count = byState[state] { counts.append(Count(word: state.rawValue, role: state.role, count: count)) }
    }
  }
}
