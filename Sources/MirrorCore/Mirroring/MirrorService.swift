public import FoundationEssentials
public import OCIRegistry
import Support

/// The one path that everything takes which looks at mirrors or sets copies going: observe → plan → submit.
public struct MirrorService: Sendable {
  public let backend: Backend
  public let registries: RegistryClient
  /// What jobs say of who asked for them.
  let askedBy: String?

  /// - Parameter askedBy: the person or program that this works for, as `ann@web1`.
  public init(backend: Backend, registries: RegistryClient, askedBy: String? = nil) {
    self.backend = backend
    self.registries = registries
    self.askedBy = askedBy
  }

  /// What is stored, joined with the queue. No registry is asked.
  ///
  /// - Parameter finishedJobs: how many of the finished jobs come with it.
  public func snapshot(finishedJobs: Int = 200, now: Date = .now) async throws -> Snapshot {
    var entries: [MirrorEntry] = []
    var unreadable: [UnreadableRow] = []
    try await backend.table.forEachPage { page in
      entries += page.entries
      unreadable += page.unreadable
    }
    return Snapshot.join(
      entries: entries, unreadable: unreadable, jobs: try await backend.queue.jobs(finished: finishedJobs),
      lastSweep: try await backend.history.lastSweep(), now: now)
  }

  /// Looks at the registries, keeps what is new, and submits nothing.
  public func check(
    _ selection: Selection, onProgress: @escaping @Sendable (SweepProgress) -> Void = { _ in }
  ) async throws -> SweepReport {
    try await recorded(.check, selection) { started in
      try await sweep(selection, purpose: .check, dryRun: false, now: started, onProgress: onProgress)
    }
  }

  /// Looks at the registries and submits a job for each image out of step, as a person asks for it.
  ///
  /// - Parameter dryRun: only say what would be submitted. What was seen is kept all the same.
  public func mirror(
    _ selection: Selection, dryRun: Bool = false,
    onProgress: @escaping @Sendable (SweepProgress) -> Void = { _ in }
  ) async throws -> SweepReport {
    let report = try await recorded(dryRun ? .check : .adhoc, selection) { started in
      try await sweep(selection, purpose: .adhoc, dryRun: dryRun, now: started, onProgress: onProgress)
    }
    // What a crash left in the queue goes on, even if nothing came to it now.
    if !dryRun { try await backend.queue.wake() }
    return report
  }

  /// Looks at one source image that was pushed to, and submits a job for it in each row that mirrors it.
  ///
  /// - Returns: a report of no mirrors where no active row names the image.
  public func push(_ image: ImageReference) async throws -> SweepReport {
    try await sweep(.image(image), purpose: .push, dryRun: false, now: .now, onProgress: { _ in })
  }

  /// Queues jobs without a look: each looks itself whether there is something to do.
  ///
  /// - Returns: an answer for each request, in their order.
  public func submit(_ requests: [JobRequest]) async throws -> [Result<Submission, MirrorError>] {
    try await askAgain(requests)
    return try await backend.queue.submit(requests.map(signed))
  }

  /// A person who asks for a job knows better than a registry's "later", as after a sign-in with higher limits.
  private func askAgain(_ requests: [JobRequest]) async throws {
    let deferred = try await backend.history.deferrals().registries
    guard !deferred.isEmpty else { return }
    let named = Set(requests.flatMap(\.images).flatMap { [$0.source] + $0.destinations })
    let registries = Set(named.compactMap { try? ImageReference($0).registry })
    for registry in registries.intersection(deferred) {
      try await backend.history.setDeferral(of: registry, until: nil)
    }
  }

  private func signed(_ request: JobRequest) -> JobRequest {
    var request = request
    request.askedBy = askedBy
    return request
  }

  /// A sweep over everything leaves a record: it tells how fresh the rows are in which nothing changed.
  private func recorded(
    _ kind: RunRecord.Kind, _ selection: Selection, _ body: (Date) async throws -> SweepReport
  ) async throws -> SweepReport {
    let started = Date.now
    let report = try await body(started)
    if selection == .all {
      let record = RunRecord(id: RunRecord.newID(at: started), kind: kind, started: started, report: report)
      try await backend.history.append(.run(record))
    }
    return report
  }

  // MARK: - The path

  func sweep(
    _ selection: Selection, purpose: PlanPurpose, dryRun: Bool, now: Date,
    onProgress: @escaping @Sendable (SweepProgress) -> Void
  ) async throws -> SweepReport {
    let observer = Observer(registries: registries)
    let tally = SweepTally(onProgress)
    let live = Set(try await backend.queue.jobs(finished: 0).flatMap(\.images).map(\.source))
    let deferred = purpose.run == nil ? Deferrals() : try await backend.history.deferrals()
    let claims = try await claims(for: purpose, selection)
    var report = SweepReport()
    try await pages(of: selection) { page in
      report.skipped += page.unreadable.map { SweepReport.Skipped(source: $0.source, reason: $0.reason) }
      let active = page.entries.filter { entry in
        if entry.isActive(at: now) { return true }
        if case .sources = selection { report.skipped.append(.inactive(entry, at: now)) }
        return false
      }
      // Rows that name their tag wait for no list of tags.
      for part in [active.filter { $0.tags == nil }, active.filter { $0.tags != nil }] where !part.isEmpty {
        var rows = SweepRows(try await images(of: part, selection, observer))
        let known = await observer.known
        tally.know(rows.targets.count { known[$0] == nil })
        try await observer.looking(at: rows.targets, onLook: tally.look) { looks in
          let ready = rows.takeReady(looks)
          try await settle(
            ready, looks, purpose, live, deferred, claims, selection, dryRun: dryRun, &report)
        }
      }
    }
    return report
  }

  /// Writes down what was seen of some rows, and submits what it calls for.
  private func settle(
    _ rows: [SweepRows.Row], _ looks: [LookTarget: Look], _ purpose: PlanPurpose, _ live: Set<String>,
    _ deferred: Deferrals, _ claims: DestinationClaims?, _ selection: Selection, dryRun: Bool,
    _ report: inout SweepReport
  ) async throws {
    var changes: [String: ObservedChange] = [:]
    var requests: [JobRequest] = []
    for row in rows {
      var plan = Plan.make(
        for: row.entry, images: row.images, looks: looks, live: live, deferred: deferred, claims: claims,
        purpose: purpose, isSingle: selection != .all, now: .now)
      // Of a row that was not looked at in whole nothing is known to be gone.
      if !selection.isWholeRows { plan.change.remove = [] }
      report.add(plan)
      if !plan.change.isEmpty { changes[row.entry.source] = plan.change }
      requests += plan.submit.map(signed)
    }
    if !changes.isEmpty {
      let failures = try await backend.table.record(changes)
      report.skipped += failures.map { SweepReport.Skipped(source: $0.key, reason: $0.value.description) }
    }
    report.requests += requests
    if !dryRun && !requests.isEmpty {
      if purpose == .adhoc { try await askAgain(requests) }
      for (request, answer) in zip(requests, try await backend.queue.submit(requests)) {
        switch answer {
        case .success(let submission): report.submissions.append(submission)
        case .failure(let error):
          report.skipped.append(SweepReport.Skipped(source: request.mirror, reason: error.description))
        }
      }
    }
  }

  private func pages(of selection: Selection, _ body: (TablePage) async throws -> Void) async throws {
    switch selection {
    case .all:
      try await backend.table.forEachPage(body)
    case .drifted:
      try await backend.table.forEachPage { page in
        let drifted = page.entries.filter { $0.observed.values.contains { $0.state.isDrift } }
        try await body(TablePage(entries: drifted))
      }
    case .sources(let sources):
      let known = sources.count > Self.mostSingleReads ? try await rows(sources) : [:]
      var entries: [MirrorEntry] = []
      for source in sources {
        if case .success(let entry) = known[source] {
          entries.append(entry)
        } else {
          entries.append(try await self.entry(source))
        }
      }
      try await body(TablePage(entries: entries))
    case .image(let image):
      var entries: [MirrorEntry] = []
      for key in image.rowKeys {
        if let entry = try await backend.table.entry(key) { entries.append(entry) }
      }
      try await body(TablePage(entries: entries))
    }
  }

  private func images(
    of entries: [MirrorEntry], _ selection: Selection, _ observer: Observer
  ) async throws -> [SweepRows.Row] {
    let repositories = Set(entries.filter { $0.tags != nil }.compactMap { try? ImageReference($0.source) })
    try await observer.learnTags(of: repositories)
    var rows: [SweepRows.Row] = []
    for entry in entries {
      do throws(MirrorError) {
        var tags: [String] = []
        if entry.tags != nil, let repository = try? ImageReference(entry.source) {
          tags = try await observer.tags(of: repository)
        }
        var images = try entry.images(sourceTags: tags)
        if case .image(let image) = selection, !selection.isWholeRows {
          images.removeAll { $0.source != image }
          if images.isEmpty { continue }
        }
        rows.append(SweepRows.Row(entry: entry, images: .success(images.map { $0.led(by: registries) })))
      } catch {
        rows.append(SweepRows.Row(entry: entry, images: .failure(error)))
      }
    }
    return rows
  }
}

extension Selection {
  /// Whether what is looked at of a row is all there is of it.
  fileprivate var isWholeRows: Bool {
    if case .image(let image) = self { return image == image.withoutTag }
    return true
  }
}

extension ImageReference {
  /// The keys that a row which mirrors this image may have: the image, or for a tag rule its repository, each as people
  /// spell it and in full.
  fileprivate var rowKeys: [String] {
    var keys: [String] = []
    for key in [description, familiar, withoutTag.description, withoutTag.familiar] where !keys.contains(key) {
      keys.append(key)
    }
    return keys
  }
}

extension SweepReport {
  fileprivate mutating func add(_ plan: Plan) {
    mirrors += 1
    for observed in plan.observed.values { found[observed.state, default: 0] += 1 }
    changed += plan.change.set.count - plan.renewed + plan.change.remove.count
    waiting += plan.waiting
  }
}

extension SweepReport.Skipped {
  fileprivate static func inactive(_ entry: MirrorEntry, at now: Date) -> SweepReport.Skipped {
    let reason =
      entry.isExpired(at: now)
      ? "the mirror expired at \(entry.expires?.rfc3339 ?? "some time"); edit its end date first"
      : "the mirror is disabled; enable it first"
    return SweepReport.Skipped(source: entry.source, reason: reason)
  }
}

/// Counts looks from many tasks.
private final class SweepTally: Sendable {
  private let progress = Lock(SweepProgress(looked: 0, known: 0))
  private let report: @Sendable (SweepProgress) -> Void

  init(_ report: @escaping @Sendable (SweepProgress) -> Void) {
    self.report = report
  }

  func know(_ count: Int) { change { $0.known += count } }
  func look() { change { $0.looked += 1 } }

  private func change(_ body: (inout SweepProgress) -> Void) {
    let now = progress.withLock { progress in
      body(&progress)
      return progress
    }
    report(now)
  }
}
