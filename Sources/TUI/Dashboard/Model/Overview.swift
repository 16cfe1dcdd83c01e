import MirrorCore
import OCIRegistry

/// The mirrors at a glance, made once for each load: how many destinations are in which state, what is wrong, and which
/// registries there are.
struct Overview: Sendable, Equatable {
  struct Count: Sendable, Equatable {
    let word: String
    let role: Role
    let count: Int
  }

  /// Destinations by state, and rows that cannot be read: the worst first.
  private(set) var counts: [Count] = []
  private(set) var problems: [ProblemRow] = []
  private(set) var registries: [String: RegistryUse] = [:]
  /// Where the mirrors go as a rule.
  private(set) var pattern: DestinationPattern?

  init(_ mirrors: [MirrorRow] = []) {
    pattern = DestinationPattern.recognise(in: mirrors.lazy.map(\.status))
    var byState: [DestinationState: Int] = [:]
    var unreadable = 0
    for row in mirrors {
      if row.needsPerson { problems += ProblemRow.of(row) }
      guard let status = row.status else {
        unreadable += 1
        continue
      }
      for destination in status.destinations {
        byState[destination.state, default: 0] += 1
        registries[destination.reference.registry, default: RegistryUse()].note(destination: destination.reference)
      }
      let source = status.destinations.first?.source ?? row.id
      registries[source.registry, default: RegistryUse()].note(source: source)
    }
    if unreadable > 0 {
      counts.append(Count(word: UnreadableRow.word, role: UnreadableRow.severity.role, count: unreadable))
    }
    for state in DestinationState.allCases.sorted(by: { $0.weight > $1.weight }) {
      if let count = byState[state] { counts.append(Count(word: state.rawValue, role: state.role, count: count)) }
    }
  }
}

extension MirrorRow {
  fileprivate var needsPerson: Bool { status?.destinations.contains { $0.state.isProblem } ?? true }
}

extension RegistryUse {
  fileprivate mutating func note(source: String) {
    sources += 1
    if repository.isEmpty { repository = (try? ImageReference(source))?.repository ?? "" }
  }

  fileprivate mutating func note(destination: String) {
    destinations += 1
    if repository.isEmpty { repository = (try? ImageReference(destination))?.repository ?? "" }
  }
}
