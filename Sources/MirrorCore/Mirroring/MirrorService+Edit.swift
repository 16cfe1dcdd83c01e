import FoundationEssentials
import OCIRegistry
import Support

extension MirrorService {
  /// The row with this key. The key may be spelled as the row has it or in full.
  ///
  /// - Throws: `MirrorError.notFound`.
  public func entry(_ source: String) async throws -> MirrorEntry {
    if let entry = try await backend.table.entry(source) { return entry }
    if let reference = try? ImageReference(source) {
      for spelling in [reference.description, reference.familiar] where spelling != source {
        if let entry = try await backend.table.entry(spelling) { return entry }
      }
    }
    throw MirrorError(
      .notFound, "there is no mirror of \(source.cleaned); `ecrmirror status` lists the mirrors")
  }

  /// Adds a row after a look at whether it can work.
  ///
  /// - Parameter dryRun: only look.
  /// - Throws: `MirrorError`: `.invalid`, also where another row has one of its destinations, or `.conflict` where there is
  ///   one already.
  public func add(_ entry: MirrorEntry, dryRun: Bool = false) async throws {
    try entry.validate()
    let other = try? await self.entry(entry.source)
    if dryRun, other?.source == entry.source { throw MirrorError.alreadyThere(entry.source) }
    if let other, other.source != entry.source {
      throw MirrorError(
        .conflict,
        "there is already a mirror of this source, written as \(other.source.cleaned); change it with `ecrmirror edit`")
    }
    try await claims().check(entry, now: .now)
    if !dryRun { try await backend.table.write([.add(entry)]) }
  }

  /// Changes a row's definition; what is known about destinations that stay is kept.
  ///
  /// - Throws: `MirrorError`: `.invalid`, `.notFound`, or `.conflict` where it changed meanwhile.
  public func edit(_ source: String, _ change: (inout MirrorEntry) throws -> Void) async throws -> MirrorEntry {
    try await changeRow(source, change).new
  }

  /// The same, with the row as it was.
  public func changeRow(
    _ source: String, _ change: (inout MirrorEntry) throws -> Void
  ) async throws -> (old: MirrorEntry, new: MirrorEntry) {
    let old = try await entry(source)
    var new = old
    try change(&new)
    new.source = old.source
    try new.validate()
    if new.claimsMore(than: old, at: .now) { try await claims().check(new, now: .now) }
    new.observed = new.observedStillValid(of: old, at: .now)
    try await backend.table.write([.replace(old, with: new)])
    return (old, new)
  }

  /// Removes a row. Images that it mirrored stay where they are.
  public func remove(_ source: String) async throws -> MirrorEntry {
    let entry = try await entry(source)
    try await backend.table.write([.remove(entry)])
    return entry
  }

  /// Stops a job, and says how it stands then, where the queue still has it.
  ///
  /// - Throws: `MirrorError.notFound`.
  @discardableResult public func cancel(_ job: String) async throws -> Job? {
    guard try await backend.queue.cancel(job, reason: "cancelled by \(askedBy ?? "a person")") else {
      throw MirrorError(.notFound, "there is no job \(job.cleaned); `ecrmirror jobs` lists the jobs")
    }
    let stopped = try await backend.queue.job(job)
    if let stopped { try await noteNeverBegun(stopped) }
    return stopped
  }

  /// Takes one image out of a job of several, which copies the others.
  ///
  /// - Throws: `MirrorError.refused` where the job has begun with it, or is through with it.
  public func cancel(_ id: String, only name: String) async throws {
    guard let job = try await backend.queue.job(id), let image = job.findImage(name) else {
      throw MirrorError(
        .notFound, "there is no job \(id.cleaned) with \(name.cleaned); `ecrmirror jobs` lists the jobs")
    }
    guard job.isPack else {
      try await cancel(id)
      return
    }
    guard try await backend.queue.withdraw(image.source, from: id) else {
      throw MirrorError(
        .refused,
        "job \(id) has already started or finished \(image.source.cleaned); cancel the job to stop all its \(job.images.count) images"
      )
    }
    guard let request = job.request.having([image]) else { return }
    let reason = "cancelled by \(askedBy ?? "a person")"
    try await backend.history.append(
      .job(.cancelled(JobOrder(id: id, attempt: 0, request: request), started: job.created, at: .now, reason: reason)))
  }

  /// A job that is stopped before its first try has no process to write down what became of it.
  private func noteNeverBegun(_ job: Job) async throws {
    guard job.state == .cancelled || job.state.isWaiting, job.attempts.isEmpty, !job.request.source.isEmpty else {
      return
    }
    let now = Date.now
    for image in job.images {
      var request = job.request
      (request.image, request.others) = (image, [])
      let order = JobOrder(id: job.id, attempt: 0, request: request)
      try await backend.history.append(
        .job(.cancelled(order, started: job.created, at: now, reason: job.reason ?? "cancelled before it started")))
    }
  }

  /// Writes many rows, all or none: a row that is there already, however its source is spelled, is replaced; what was
  /// seen of it is kept where its destinations stay.
  ///
  /// - Parameters:
  ///   - entries: each `validate`d, no source twice.
  ///   - dryRun: only say what would be written.
  /// - Returns: the rows that were written, or would be; equal rows are left alone.
  /// - Throws: `MirrorError`, `.invalid` where another row has one of their destinations.
  public func importRows(_ entries: [MirrorEntry], dryRun: Bool = false) async throws -> RowsChanged {
    let done = RowsChanged()
    var existing: [String: MirrorEntry] = [:]
    try await backend.table.forEachPage { page in
      for entry in page.entries { existing[entry.fullSource] = entry }
    }
    var changes: [RowChange] = []
    var written = existing
    for entry in entries {
      guard let old = existing[entry.fullSource] else {
        changes.append(.add(entry))
        written[entry.fullSource] = entry
        continue
      }
      var new = entry
      new.source = old.source
      new.observed = entry.observedStillValid(of: old, at: .now)
      new.other = old.other.merging(entry.other) { _, new in new }
      if !new.hasSameDefinition(as: old) { changes.append(.replace(old, with: new)) }
      written[entry.fullSource] = new
    }
    let now = Date.now
    let claims = DestinationClaims(written.values, now: now)
    for change in changes {
      if let new = change.new, change.old.map({ new.claimsMore(than: $0, at: now) }) ?? true {
        try claims.check(new, now: now)
      }
    }
    if !dryRun { try await backend.table.write(changes) }
    return RowsChanged(written: changes, at: done.at)
  }
}

extension MirrorEntry {
  /// Whether the row may copy where it did not before: what two rows share already is told by runs, and keeps nobody from
  /// changing the rest of a row.
  func claimsMore(than old: MirrorEntry, at now: Date) -> Bool {
    destinations != old.destinations || tags != old.tags || !old.isActive(at: now)
      || (try? platforms)?.identity != (try? old.platforms)?.identity
  }

  /// What was seen of a row that says about the row it became.
  func observedStillValid(of old: MirrorEntry, at now: Date) -> [String: Observed] {
    // Sweeps passed the row over while it was off or over, so what was seen before says nothing about now.
    if isActive(at: now) && !old.isActive(at: now) { return [:] }
    guard tags == nil, let images = try? images() else { return old.observed }
    let kept = Set(images.flatMap(\.destinations).map(\.description))
    return old.observed.filter { kept.contains($0.key) }
  }
}
