import FoundationEssentials
import MirrorCore
import Support

/// History and the run lease in memory.
struct MemoryHistory: History {
  private let installation: MemoryInstallation

  init(_ installation: MemoryInstallation) {
    self.installation = installation
  }

  func append(_ item: HistoryItem) async throws {
    try installation.write { state in
      // Each attempt of a job writes the item anew: one item for each job and source.
      if case .job(let new) = item {
        state.history.removeAll {
          if case .job(let old) = $0 { old.job == new.job && old.source == new.source } else { false }
        }
      }
      state.history.append(item)
      state.changed(.history)
    }
  }

  func items(of mirror: String?, limit: Int) async throws -> [HistoryItem] {
    let oldest = Date.now - HistoryItem.kept.seconds
    return try installation.read { state in
      let items = state.history.enumerated().filter { _, item in
        if item.at < oldest { return false }
        guard let mirror else { return true }
        return if case .job(let record) = item { record.mirror == mirror } else { false }
      }
      let newest = items.sorted { ($0.element.at, $0.offset) > ($1.element.at, $1.offset) }
      return newest.prefix(limit).map(\.element)
    }
  }

  func lastSweep() async throws -> Date? {
    for case .run(let record) in try await items(of: nil, limit: .max) { return record.started }
    return nil
  }

  // MARK: - The lease

  func acquire(_ lease: RunLease) async throws -> RunLease? {
    let now = installation.now()
    return try installation.write { state in
      if let other = state.lease, other.run != lease.run, other.isLive(at: now) { return other }
      state.lease = lease
      return nil
    }
  }

  func lease() async throws -> RunLease? {
    let now = installation.now()
    return try installation.read { state in state.lease.flatMap { $0.isLive(at: now) ? $0 : nil } }
  }

  func release(run: String) async throws {
    try installation.write { state in
      if state.lease?.run == run { state.lease = nil }
    }
  }

  func deferrals() async throws -> Deferrals {
    let now = installation.now()
    return try installation.read { Deferrals(stored: $0.deferrals, at: now) }
  }

  func setDeferral(of registry: String, until: Date?) async throws {
    try installation.write { $0.deferrals[registry] = until }
  }

  func revision() async throws -> Int64? { try installation.revision(of: .history) }
}
