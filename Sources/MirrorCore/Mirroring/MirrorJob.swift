import FoundationEssentials
public import Logging
public import OCIRegistry
import ServiceLifecycle
import Support

/// One mirror job: brings some destinations in step with one source.
///
/// Looks once more, copies where it must, verifies, and writes what became of it to the table and the history. With
/// several destinations the source is pulled once: later copies read from the first destination that is good.
public struct MirrorJob: Sendable {
  /// What the job is called in the queue, which try this is, and who asked.
  public struct Identity: Sendable {
    public let id: String
    public let attempt: Int
    public let origin: JobOrigin
    public let run: String?
    /// The row's key; nil to look for the row by the source.
    public let mirror: String?

    public init(id: String, attempt: Int, origin: JobOrigin, run: String?, mirror: String?) {
      self.id = id
      self.attempt = attempt
      self.origin = origin
      self.run = run
      self.mirror = mirror
    }
  }

  let backend: Backend
  let registries: RegistryClient
  let credentials: any CredentialSource
  let skopeo: Skopeo
  let identity: Identity
  let logger: Logger

  public init(
    backend: Backend, registries: RegistryClient, credentials: any CredentialSource, skopeo: Skopeo,
    identity: Identity, logger: Logger
  ) {
    self.backend = backend
    self.registries = registries
    self.credentials = credentials
    self.skopeo = skopeo
    self.identity = identity
    self.logger = logger
  }

  /// Does the job.
  ///
  /// - Parameters:
  ///   - source: with a tag or a digest.
  ///   - destinations: each without a tag takes the source's.
  /// - Returns: what decides the exit code; nothing is thrown, as each failure is written down.
  public func run(source: String, destinations: [String]) async -> Verdict {
    let started = Date.now
    let entry = MirrorEntry(source: source, destinations: destinations)
    let image: MirrorImage
    do throws(MirrorError) {
      guard let first = try entry.images().first, !first.destinations.isEmpty else {
        logger.error("there is nothing to copy: name a source with a tag or a digest, and a destination")
        return .badInput
      }
      image = first
    } catch {
      logger.error("\(error)")
      return .badInput
    }
    await noteLostAttempt(image)
    var results: [DestinationResult] = []
    var found: ManifestDescriptor?
    do throws(CopyFailure) {
      await report(JobProgress(phase: .looking, destinations: .init(done: 0, total: Int64(image.destinations.count))))
      var wanted = try await look(at: image.source)
      for _ in 1...Self.rounds {
        found = wanted
        results = await bringInStep(image, wanted).keepingBefore(of: results)
        guard let next = await movedSource(image, wanted, after: results) else { break }
        logger.info("the source was pushed to meanwhile; once more", metadata: ["digest": "\(next.digest)"])
        wanted = next
      }
    } catch {
      logger.error("the source cannot be used: \(error.reason)", metadata: ["source": "\(image.source)"])
      results = image.destinations.map { DestinationResult(destination: $0, outcome: .failed, failure: error) }
    }
    await write(image, found, results, started: started)
    return Self.verdict(results)
  }

  /// Done is only what has a digest at every destination to show for it.
  static func verdict(_ results: [DestinationResult]) -> Verdict {
    if let worst = results.compactMap(\.failure?.verdict).max() { return worst }
    return !results.isEmpty && results.allSatisfy { $0.after != nil } ? .fine : .retry
  }

  private func look(at source: ImageReference) async throws(CopyFailure) -> ManifestDescriptor {
    do {
      return try await registries.head(source)
    } catch {
      throw CopyFailure(error)
    }
  }

  /// How often a job follows a source that moves while it is copied.
  private static let rounds = 3

  /// What the source holds now, where that is something else than was copied: nobody starts a second job for a push that
  /// came while this one worked.
  private func movedSource(
    _ image: MirrorImage, _ wanted: ManifestDescriptor, after results: [DestinationResult]
  ) async -> ManifestDescriptor? {
    guard image.source.digest == nil, results.contains(where: { $0.outcome == .copied }),
      results.allSatisfy({ $0.failure == nil }), !Task.isShuttingDownGracefully,
      let now = try? await registries.head(image.source), now.digest != wanted.digest
    else { return nil }
    return now
  }

  // MARK: - Copying

  private func bringInStep(_ image: MirrorImage, _ wanted: ManifestDescriptor) async -> [DestinationResult] {
    var results: [DestinationResult] = []
    var good: ImageReference?
    let total = Int64(image.destinations.count)
    for (index, destination) in image.destinations.enumerated() {
      let count = JobProgress.Count(done: Int64(index), total: total)
      var result = DestinationResult(destination: destination, outcome: .failed)
      do throws(CopyFailure) {
        if Task.isShuttingDownGracefully {
          throw CopyFailure(.retry, "the job was stopped before it came to this destination")
        }
        let step = CopyStep(job: self, source: image.source, wanted: wanted, destination: destination, count: count)
        result = try await step.run(from: good ?? image.source)
      } catch {
        result.failure = error
        if error.isImmutable { result.outcome = .blocked }
        logger.error("\(error.reason)", metadata: ["destination": "\(destination)"])
      }
      // Only an unchanged copy can stand in for the source.
      if result.failure == nil, result.after == wanted.digest, good == nil { good = destination }
      results.append(result)
    }
    await report(JobProgress(phase: .done, destinations: .init(done: total, total: total)))
    return results
  }

  func report(_ progress: JobProgress) async {
    // Progress is a courtesy: a copy goes on without it.
    try? await backend.queue.report(progress, job: identity.id)
  }

  // MARK: - Writing down

  /// A try that wrote nothing down was killed, as where memory ran out: it counts as failed, lest it is made for ever.
  func noteLostAttempt(_ image: MirrorImage) async {
    let mirror = rowKey(image)
    guard identity.attempt > 1, let row = await row(mirror) else { return }
    let failure = CopyFailure(.retry, "try \(identity.attempt - 1) of job \(identity.id) was killed; its log has more")
    var change = ObservedChange()
    for destination in image.destinations {
      guard var observed = row.observed[destination.description], observed.job != identity.id else { continue }
      let previous = observed
      (observed.state, observed.error, observed.job) = (.failed, failure.reason, identity.id)
      (observed.since, observed.checked) = (.now, .now)
      observed.noteFailure(failure, previous: previous, definition: row.definition)
      change.set[destination.description] = observed
    }
    do {
      if !change.isEmpty { try await backend.table.record([mirror: change]) }
    } catch {
      logger.error("that a try was killed could not be written down: \(error)")
    }
  }

  private func rowKey(_ image: MirrorImage) -> String { identity.mirror ?? image.source.description }

  /// nil where there is none, or it cannot be read: then runs do not wait before they try again.
  private func row(_ mirror: String) async -> MirrorEntry? {
    do {
      return try await backend.table.entry(mirror)
    } catch {
      logger.warning("the row \(mirror.cleaned) cannot be read, so that the next run tries again: \(error)")
      return nil
    }
  }

  private func write(
    _ image: MirrorImage, _ wanted: ManifestDescriptor?, _ results: [DestinationResult], started: Date
  ) async {
    let now = Date.now
    let mirror = rowKey(image)
    var change = ObservedChange()
    let row = results.contains { $0.failure != nil } ? await self.row(mirror) : nil
    for result in results {
      let key = result.destination.description
      var observed = result.observed(source: wanted?.digest, job: identity.id, now: now)
      if let failure = result.failure, let row {
        observed.noteFailure(failure, previous: row.observed[key], definition: row.definition)
      }
      change.set[key] = observed
    }
    let failures = results.compactMap(\.failure?.reason)
    let record = JobRecord(
      source: image.source.description, mirror: mirror, job: identity.id, origin: identity.origin, run: identity.run,
      started: started, finished: now, attempts: identity.attempt, succeeded: failures.isEmpty,
      sourceDigest: wanted?.digest, destinations: results.map(\.record), error: failures.first)
    do {
      let failures = try await backend.table.record([mirror: change])
      for failure in failures.values { logger.error("\(failure)", metadata: ["mirror": "\(mirror.cleaned)"]) }
      try await backend.history.append(.job(record))
    } catch {
      logger.error("what the job did could not be written down: \(error)")
    }
  }
}

extension [DestinationResult] {
  /// The results of a further round, with what was there before the first.
  fileprivate func keepingBefore(of former: [DestinationResult]) -> [DestinationResult] {
    guard former.count == count else { return self }
    return zip(self, former).map { result, former in
      var result = result
      result.before = former.before
      if result.outcome == .skipped { result.outcome = former.outcome }
      return result
    }
  }
}

extension Observed {
  /// Counts a failure, where both sides hold what they held at the last one.
  fileprivate mutating func noteFailure(_ failure: CopyFailure, previous: Observed?, definition: String) {
    // A job that could not look has seen nothing new.
    if sourceDigest == nil { (sourceDigest, digest) = (previous?.sourceDigest, digest ?? previous?.digest) }
    let isSame = previous?.sourceDigest == sourceDigest && previous?.digest == digest
    retry = RetryPause(
      after: failure, previous: isSame ? previous : nil, job: job ?? "", definition: definition, now: checked)
  }
}

/// What became of one destination.
struct DestinationResult: Sendable {
  let destination: ImageReference
  var outcome: DestinationRecord.Outcome
  var before: Digest?
  var after: Digest?
  var converted: Conversion?
  var note: String?
  var failure: CopyFailure?

  init(destination: ImageReference, outcome: DestinationRecord.Outcome, failure: CopyFailure? = nil) {
    self.destination = destination
    self.outcome = outcome
    self.failure = failure
  }

  var record: DestinationRecord {
    DestinationRecord(
      reference: destination.description, outcome: outcome, before: before, after: after,
      error: failure?.reason ?? note)
  }

  func observed(source: Digest?, job: String, now: Date) -> Observed {
    let state: DestinationState =
      switch outcome {
      case .copied, .skipped: .inSync
      case .failed: .failed
      case .blocked: .blocked
      }
    return Observed(
      state: state, sourceDigest: source, digest: after ?? before, since: now, checked: now,
      error: failure?.reason ?? note, job: job, converted: converted)
  }
}
