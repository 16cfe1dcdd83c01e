public import FoundationEssentials
public import OCIRegistry
import Support

/// The one path that everything takes which looks at mirrors or sets copies going: observe → plan → submit.
public struct MirrorService: Sendable {
  public let backend: Backend
  public let registries: RegistryClient
  /// What jobs say of who asked for them.
  let askedBy: String?
  /// What repositories that are missing at destinations are made with, where rows do not say; nil where jobs make none.
  public let newRepositories: RepositorySettings?

  /// - Parameter askedBy: the person or program that this works for, as `ann@web1`.
  public init(
    backend: Backend, registries: RegistryClient, askedBy: String? = nil, newRepositories: RepositorySettings? = nil
  ) {
    self.backend = backend
    self.registries = registries
    self.askedBy = askedBy
    self.newRepositories = newRepositories
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
      entries: entries, unreadable: unreadable,
      jobs: try await backend.queue.jobs(finished: finishedJobs),
      lastSweep: try await backend.history.lastSweep(), now: now)
  }

  /// The same in parts, each with some of the mirrors: memory is bounded by what `body` keeps. No job that ended is in
  /// them.
  public func forEachPage(now: Date = .now, _ body: (Snapshot) throws -> Void) async throws {
    // On this machine a job knows that somebody stopped it, and leaves that in its row.
    let jobs = try await backend.queue.jobs(finished: backend.copiesElsewhere ? 200 : 0)
    let lastSweep = try await backend.history.lastSweep()
    try await backend.table.forEachPage { page in
      var snapshot = Snapshot.join(
        entries: page.entries, unreadable: page.unreadable, jobs: jobs, lastSweep: lastSweep, now: now)
      snapshot.jobs.removeAll { !$0.state.isLive }
      try body(snapshot)
    }
  }

  /// Looks at the registries, keeps what is new, and submits nothing.
  public func check(
    _ selection: Selection, onProgress: @escaping @Sendable (SweepProgress) -> Void = { _ in }
  ) async throws -> SweepReport {
    try await recorded(.check, selection) { started in
      try await sweep(
        selection, purpose: .check, dryRun: false, now: started, onProgress: onProgress)
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
      try await sweep(
        selection, purpose: .adhoc, dryRun: dryRun, now: started, onProgress: onProgress)
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
    return try await backend.queue.submit(requests.map(signed).countedTogether())
  }

  /// A person who asks for a job knows better than a registry's "later", as after a sign-in with higher limits.
  func askAgain(_ requests: [JobRequest]) async throws {
    let deferred = try await backend.history.deferrals().registries
    guard !deferred.isEmpty else { return }
    let named = Set(requests.flatMap(\.images).flatMap { [$0.source] + $0.destinations })
    let registries = Set(named.compactMap { try? ImageReference($0).registry })
    for registry in registries.intersection(deferred) {
      try await backend.history.setDeferral(of: registry, until: nil)
    }
  }

  func signed(_ request: JobRequest) -> JobRequest {
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
      let record = RunRecord(
        id: RunRecord.newID(at: started), kind: kind, started: started, report: report)
      try await backend.history.append(.run(record))
    }
    return report
  }
}
