import FoundationEssentials
import OCIRegistry
import Support

/// The path: read, look, write down and submit, side by side.
extension MirrorService {
  /// How often what was seen is written down while some looks are still waited for.
  private static let pause = Duration.milliseconds(500)

  func sweep(
    _ selection: Selection, purpose: PlanPurpose, dryRun: Bool, now: Date,
    onProgress: @escaping @Sendable (SweepProgress) -> Void
  ) async throws -> SweepReport {
    let flow = SweepFlow(registries, selection, SweepTally(onProgress))
    // Before any look: a job that ends after it is passed over this time, rather than done again.
    // What a job of several images has begun with, and is through with, its queue alone knows for certain: it is asked
    // again.
    let live = Set(try await backend.queue.jobs(finished: 0).filter { !$0.isPack }.map(\.source))
    let deferred = purpose.run == nil ? Deferrals() : try await backend.history.deferrals()
    let claims = Task { try await self.claims(for: purpose, selection) }
    let clock = Task {
      while (try? await Task.sleep(for: Self.pause)) != nil { flow.hurry() }
    }
    defer {
      claims.cancel()
      clock.cancel()
    }
    let left = Lock<[SweepReport.Skipped]>([])
    var report = SweepReport()
    var packing = dryRun || purpose.run == nil ? nil : backend.queue.packs.map { SweepPacking(limits: $0) }
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { try await flow.look() }
      group.addTask {
        do {
          try await read(selection, into: flow, now: now) { skipped in
            left.withLock { $0 += skipped }
          }
          flow.endRows(failed: false)
        } catch {
          flow.endRows(failed: true)
          throw error
        }
      }
      func settleReady() async throws {
        let rows = flow.takeReady()
        if !rows.isEmpty {
          let requests = try await settle(
            rows, purpose, live, deferred, try await claims.value, selection, &report)
          if packing == nil {
            try await submit(requests, purpose, dryRun: dryRun, &report)
          } else {
            let unfit = await packing?.add(requests, of: rows, registries) ?? []
            try await note(unfit, of: rows)
          }
          flow.release(rows)
        }
        try await submit(packing?.take() ?? [], purpose, dryRun: dryRun, &report)
      }
      for await _ in flow.ready { try await settleReady() }
      try await group.waitForAll()
      try await settleReady()
    }
    try await submit(packing?.take(isLast: true) ?? [], purpose, dryRun: dryRun, &report)
    report.asked = flow.asked
    report.skipped = left.withLock(\.self) + report.skipped
    return report
  }

  /// Hands rows on as long as there is room for them.
  private func read(
    _ selection: Selection, into flow: SweepFlow, now: Date,
    leaveOut: ([SweepReport.Skipped]) -> Void
  ) async throws {
    var room = flow.room.makeAsyncIterator()
    try await pages(of: selection) { page in
      var skipped = page.unreadable.map {
        SweepReport.Skipped(source: $0.source, reason: $0.reason)
      }
      let active = page.entries.filter { entry in
        if entry.isActive(at: now) { return true }
        if case .sources = selection { skipped.append(.inactive(entry, at: now)) }
        return false
      }
      leaveOut(skipped)
      flow.add(active)
      while !flow.hasRoom {
        guard await room.next() != nil else { throw CancellationError() }
      }
    }
  }

  /// Writes down what was seen of some rows.
  ///
  /// - Returns: what it calls for.
  private func settle(
    _ rows: [SweepRows.Seen], _ purpose: PlanPurpose, _ live: Set<String>,
    _ deferred: Deferrals, _ claims: DestinationClaims?, _ selection: Selection, _ report: inout SweepReport
  ) async throws -> [JobRequest] {
    var changes: [String: ObservedChange] = [:]
    var requests: [JobRequest] = []
    for seen in rows {
      let row = seen.row
      var plan = Plan.make(
        for: row.entry, images: row.images, looks: seen.looks, live: live, deferred: deferred,
        claims: claims,
        purpose: purpose, isSingle: selection != .all, now: .now)
      // Of a row that was not looked at in whole nothing is known to be gone.
      if !selection.isWholeRows { plan.change.remove = [] }
      report.add(plan)
      if !plan.change.isEmpty { changes[row.entry.source] = plan.change }
      requests += plan.submit.map(signed)
    }
    if !changes.isEmpty {
      let failures = try await backend.table.record(changes)
      report.skipped += failures.map {
        SweepReport.Skipped(source: $0.key, reason: $0.value.description)
      }
    }
    return requests
  }

  /// Writes down what cannot be copied before anything is started for it.
  private func note(_ unfit: [SweepPacking.Unfit], of rows: [SweepRows.Seen]) async throws {
    if unfit.isEmpty { return }
    let entries = Dictionary(rows.map { ($0.row.entry.source, $0.row.entry) }, uniquingKeysWith: { first, _ in first })
    let looks = rows.reduce(into: [LookTarget: Look]()) { $0.merge($1.looks) { first, _ in first } }
    var changes: [String: ObservedChange] = [:]
    for one in unfit {
      guard let entry = entries[one.request.mirror], let destination = try? ImageReference(one.destination),
        let source = try? ImageReference(one.request.source)
      else { continue }
      let wanted = looks.first { $0.key.reference == source }?.value
      let previous = entry.observed[one.destination]
      var observed = Observed.judge(
        source: wanted ?? .missing, destination: looks[LookTarget(destination)] ?? .missing,
        platforms: try? entry.platforms, previous: previous, now: .now)
      (observed.state, observed.error) = (.failed, one.failure.reason)
      observed.noteFailure(one.failure, previous: previous, definition: entry.definition)
      changes[entry.source, default: ObservedChange()].set[one.destination] = observed
    }
    try await backend.table.record(changes)
  }

  private func submit(
    _ requests: [JobRequest], _ purpose: PlanPurpose, dryRun: Bool, _ report: inout SweepReport
  ) async throws {
    report.requests += requests
    guard !dryRun && !requests.isEmpty else { return }
    if purpose == .adhoc { try await askAgain(requests) }
    for (request, answer) in zip(requests, try await backend.queue.submit(requests)) {
      switch answer {
      case .success(let submission): report.submissions.append(submission)
      case .failure(let error):
        report.skipped += Set(request.images.map(\.mirror)).sorted().map {
          SweepReport.Skipped(source: $0, reason: error.description)
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
}

extension Selection {
  /// Whether what is looked at of a row is all there is of it.
  var isWholeRows: Bool {
    if case .image(let image) = self { return image == image.withoutTag }
    return true
  }
}

extension ImageReference {
  /// The keys that a row which mirrors this image may have: the image, or for a tag rule its repository, each as people
  /// spell it and in full.
  fileprivate var rowKeys: [String] {
    var keys: [String] = []
    for key in [description, familiar, withoutTag.description, withoutTag.familiar]
    where !keys.contains(key) {
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
