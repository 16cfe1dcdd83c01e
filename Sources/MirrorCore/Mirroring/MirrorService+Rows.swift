import FoundationEssentials

/// Changes of many rows at once: one that cannot be changed keeps no other from it.
extension MirrorService {
  /// More rows than this are read with the whole table rather than one by one.
  static let mostSingleReads = 25
  /// Rows that are written together: as many as DynamoDB takes in one transaction.
  private static let together = 100

  /// Switches rows on or off; those that are so already are passed over.
  ///
  /// - Parameter sources: the rows' keys, as they are spelled.
  public func setEnabled(_ sources: [String], _ isEnabled: Bool) async throws -> RowsChanged {
    var done = RowsChanged()
    let rows = try await rows(sources)
    var claims = try await isEnabled ? self.claims(now: done.at) : nil
    var changes: [RowChange] = []
    for source in sources {
      do throws(MirrorError) {
        guard let old = try rows[source]?.get() else { throw .removedMeanwhile(source) }
        var new = old
        new.enabled = isEnabled
        try new.validate()
        if new.claimsMore(than: old, at: done.at) { try claims?.check(new, now: done.at) }
        new.observed = new.observedStillValid(of: old, at: done.at)
        if new.hasSameDefinition(as: old) { continue }
        claims?.add(new, now: done.at)
        changes.append(.replace(old, with: new))
      } catch {
        done.left.append(RowsChanged.Left(source: source, reason: error.description))
      }
    }
    try await write(changes, &done)
    return done
  }

  /// Removes rows. Images that they mirrored stay where they are.
  public func remove(_ sources: [String]) async throws -> RowsChanged {
    var done = RowsChanged()
    let rows = try await rows(sources)
    var changes: [RowChange] = []
    for source in sources {
      do throws(MirrorError) {
        guard let old = try rows[source]?.get() else { throw .removedMeanwhile(source) }
        changes.append(.remove(old))
      } catch {
        done.left.append(RowsChanged.Left(source: source, reason: error.description))
      }
    }
    try await write(changes, &done)
    return done
  }

  /// Takes a change of rows back. A row that somebody changed since, or whose destinations another row has by now, is left
  /// as it is.
  public func undo(_ change: RowsChanged) async throws -> RowsChanged {
    var done = RowsChanged()
    let rows = try await rows(change.written.map(\.source))
    var claims: DestinationClaims?
    var undoing: [RowChange] = []
    var seen: [String: ObservedChange] = [:]
    for change in change.written.reversed() {
      do {
        let now = try rows[change.source]?.get()
        let back = try change.undone(over: now)
        if let new = back.new, back.old.map({ new.claimsMore(than: $0, at: done.at) }) ?? true {
          var known = if let claims { claims } else { try await self.claims(now: done.at) }
          try known.check(new, now: done.at)
          known.add(new, now: done.at)
          claims = known
        }
        undoing.append(back)
        if back.new != nil { seen[change.source] = change.forgotten(over: now) }
      } catch let error as MirrorError where error.outage == nil {
        done.left.append(RowsChanged.Left(source: change.source, reason: error.description))
      }
    }
    try await write(undoing, &done)
    try await keep(seen, since: change.at, &done)
    return done
  }

  /// Keeps what was known of rows that are as they were. A sweep over everything that came in between did not look at
  /// them, and its time must not stand for them.
  private func keep(_ seen: [String: ObservedChange], since: Date, _ done: inout RowsChanged) async throws {
    if let sweep = try await backend.history.lastSweep(), sweep >= since { return }
    let written = Set(done.written.map(\.source))
    let kept = seen.filter { written.contains($0.key) && !$0.value.isEmpty }
    if kept.isEmpty { return }
    try await backend.table.record(kept)
    done.written = done.written.map { change in
      guard var new = change.new, let seen = kept[change.source] else { return change }
      new.observed.merge(seen.set) { $1 }
      return change.old.map { .replace($0, with: new) } ?? .add(new)
    }
  }

  /// Writes all that can be written.
  ///
  /// - Throws: what the table as a whole fails with, where nothing was written before.
  private func write(_ changes: [RowChange], _ done: inout RowsChanged) async throws {
    var rest = changes[...]
    while !rest.isEmpty {
      let batch = Array(rest.prefix(Self.together))
      rest = rest.dropFirst(batch.count)
      do {
        try await write(together: batch, &done)
      } catch  where !done.written.isEmpty {
        let written = Set(done.written.map(\.source))
        let left = (batch + rest).filter { !written.contains($0.source) }
        done.left += left.map { RowsChanged.Left(source: $0.source, reason: "\(error)") }
        return
      }
    }
  }

  private func write(together batch: [RowChange], _ done: inout RowsChanged) async throws {
    do {
      try await backend.table.write(batch)
      done.written += batch
    } catch let error as MirrorError where error.kind == .conflict || error.kind == .invalid {
      if let only = batch.first, batch.count == 1 {
        done.left.append(RowsChanged.Left(source: only.source, reason: error.description))
        return
      }
      // One of them is in the way, and nothing was written.
      for change in batch { try await write(together: [change], &done) }
    }
  }

  /// The rows of these keys that there are.
  func rows(_ sources: [String]) async throws -> [String: Result<MirrorEntry, MirrorError>] {
    var rows: [String: Result<MirrorEntry, MirrorError>] = [:]
    if sources.count <= Self.mostSingleReads {
      for source in sources {
        do {
          rows[source] = try await backend.table.entry(source).map { .success($0) }
        } catch let error as MirrorError where error.outage == nil {
          rows[source] = .failure(error)
        }
      }
      return rows
    }
    let wanted = Set(sources)
    try await backend.table.forEachPage { page in
      for entry in page.entries where wanted.contains(entry.source) { rows[entry.source] = .success(entry) }
      for row in page.unreadable where wanted.contains(row.source) {
        rows[row.source] = .failure(MirrorError(.backend, row.reason))
      }
    }
    return rows
  }
}
