import MirrorCore

/// The mirror table in memory.
struct MemoryTable: MirrorTable {
  /// Rows of a page.
  private static let pageSize = 1000

  private let installation: MemoryInstallation

  init(_ installation: MemoryInstallation) {
    self.installation = installation
  }

  func page(after cursor: String?) async throws -> TablePage {
    try installation.write { state in
      state.reads += 1
      let keys = state.entries.keys.filter { $0 > cursor ?? "" }.sorted().prefix(Self.pageSize)
      var page = TablePage(entries: keys.compactMap { state.entries[$0] })
      if keys.count == Self.pageSize { page.next = keys.last } else { page.unreadable = state.unreadable }
      return page
    }
  }

  func entry(_ source: String) async throws -> MirrorEntry? {
    try installation.read { $0.entries[source] }
  }

  func write(_ changes: [RowChange]) async throws {
    try installation.write { state in
      for change in changes { try Self.apply(change, &state.entries) }
      if !changes.isEmpty { state.changed(.table) }
    }
  }

  private static func apply(_ change: RowChange, _ entries: inout [String: MirrorEntry]) throws {
    let now = entries[change.source]
    guard let old = change.old else {
      guard let new = change.new else { return }
      if now != nil { throw MirrorError.alreadyThere(new.source) }
      entries[new.source] = new
      return
    }
    guard let now else { throw MirrorError.removedMeanwhile(old.source) }
    guard old.hasSameDefinition(as: now) else { throw MirrorError.changedMeanwhile(old.source) }
    guard var new = change.new else {
      entries[old.source] = nil
      return
    }
    // What was seen is not the editor's to change, only to forget.
    let forgotten = Set(old.observed.keys).subtracting(new.observed.keys)
    new.observed = now.observed.filter { !forgotten.contains($0.key) }
    entries[new.source] = new
  }

  func record(_ changes: [String: ObservedChange]) async throws -> [String: MirrorError] {
    try installation.write { state in
      for (source, change) in changes {
        guard var entry = state.entries[source] else { continue }
        for destination in change.remove { entry.observed[destination] = nil }
        entry.observed.merge(change.set) { $1 }
        state.entries[source] = entry
        state.changed(.table)
      }
    }
    return [:]
  }

  func revision() async throws -> Int64? { try installation.revision(of: .table) }
}
