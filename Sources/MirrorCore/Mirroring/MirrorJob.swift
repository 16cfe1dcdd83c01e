import FoundationEssentials
public import Logging
public import OCIRegistry
import ServiceLifecycle
import Support

/// One try at a mirror job: brings the destinations of each of its images in step with the source.
///
/// Looks once more, copies where it must, verifies, and writes what became of it to the table and the history. With
/// several destinations the source is pulled once: later copies read from the first destination that is good.
public struct MirrorJob: Sendable {
  let backend: Backend
  let registries: RegistryClient
  let copier: any Copier
  let order: JobOrder
  let logger: Logger
  /// Makes of what this job says what the pack says that it is part of.
  private let reporting: (@Sendable (JobProgress) -> JobProgress)?
  /// What its copies may ask of registries.
  public var limits = CopyLimits()
  /// What repositories that are missing at destinations are made with, where rows do not say; nil for making none.
  public var newRepositories: RepositorySettings?
  /// Waits until a manifest may be put to a destination, for a job that is part of a pack.
  var pacing: (@Sendable (ImageReference) async -> Void)?
  private let moved = Lock(MovedAmounts())

  /// Destinations that are copied to side by side. A pack has many images under way instead.
  var destinationsAtOnce: Int { reporting == nil ? 4 : 1 }
  private let reported = Lock<ContinuousClock.Instant?>(nil)

  /// Images of a pack that are copied at once: with 1 vCPU and 2 GiB, what `JobSize` has for a pack, eight skopeos of some
  /// 60 MiB and 60 ms of processor time each leave room.
  public static let imagesAtOnce = 8

  public init(
    backend: Backend, registries: RegistryClient, copier: any Copier, order: JobOrder, logger: Logger
  ) {
    self.init(
      backend: backend, registries: registries, copier: copier, order: order, logger: logger, reporting: nil)
  }

  init(
    backend: Backend, registries: RegistryClient, copier: any Copier, order: JobOrder, logger: Logger,
    reporting: (@Sendable (JobProgress) -> JobProgress)?
  ) {
    self.backend = backend
    self.registries = registries
    self.copier = copier
    self.order = order
    self.logger = logger
    self.reporting = reporting
  }

  /// Does the job.
  ///
  /// - Returns: what decides the exit code; nothing is thrown, as each failure is written down.
  public func run() async -> Verdict {
    order.request.isPack ? await MirrorPack(self).run() : await mirror(order.image)
  }

  private func mirror(_ wish: JobImage) async -> Verdict {
    let started = Date.now
    let image: MirrorImage
    do throws(MirrorError) {
      image = try wish.resolved().led(by: registries)
    } catch {
      logger.error("\(error)")
      return .badInput
    }
    var order = order.only(wish, image)
    await noteLostAttempt(order)
    order.request.image.options = await options(of: order.image)
    var results: [DestinationResult] = []
    var found: ManifestDescriptor?
    // Where it cannot be read, the registry says it again.
    let deferred = (try? await backend.history.deferrals()) ?? Deferrals()
    do throws(CopyFailure) {
      if let deferral = deferred.first(of: [image.source], at: .now) { throw CopyFailure(deferral) }
      await report(JobProgress(phase: .looking, destinations: .init(done: 0, total: Int64(image.destinations.count))))
      var wanted = try await look(at: image.sourceTarget)
      for _ in 1...Self.rounds {
        found = wanted
        let options = order.image.options ?? [:]
        let selected = try await select(options, of: wanted, at: image)
        results = await bringInStep(image, wanted, selected, options, deferred).keepingBefore(of: results)
        guard let next = await movedSource(image, wanted, after: results) else { break }
        logger.info("the source was pushed to in the meantime; copying again", metadata: ["digest": "\(next.digest)"])
        wanted = next
      }
    } catch {
      logger.error("the source cannot be used: \(error.reason)", metadata: ["source": "\(image.source)"])
      results = image.destinations.map { DestinationResult(destination: $0, failure: error) }
      for index in results.indices { results[index].wasStopped = Self.isStopping }
      moved.withLock { $0.note(error) }
      await report(JobProgress(phase: .done))
    }
    await keep(results.compactMap(\.failure?.deferral), known: deferred)
    await write(order, found, results, started: started)
    return Self.verdict(results)
  }

  /// Whether the job was told to end: what fails then may do so because of it.
  static var isStopping: Bool { Task.isShuttingDownGracefully || Task.isCancelled }

  /// Done is only what has a digest at every destination to show for it.
  static func verdict(_ results: [DestinationResult]) -> Verdict {
    if let worst = results.compactMap(\.failure?.verdict).max() { return worst }
    return !results.isEmpty && results.allSatisfy { $0.after != nil } ? .fine : .retry
  }

  /// So that jobs which wait in the queue, and runs, do not ask in vain.
  private func keep(_ deferrals: [Deferral], known: Deferrals) async {
    var known = known
    for deferral in deferrals where known.note(deferral) {
      do {
        try await backend.history.setDeferral(of: deferral.registry, until: deferral.until)
      } catch {
        logger.warning("the pause that \(deferral.registry) asked for could not be stored: \(error)")
      }
    }
  }

  private func look(at source: LookTarget) async throws(CopyFailure) -> ManifestDescriptor {
    do {
      return try await registries.head(source.reference, for: source.use, besides: source.besides)
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
    guard image.source.digest == nil, results.contains(where: { [.copied, .tagged].contains($0.outcome) }),
      results.allSatisfy({ $0.failure == nil }), !Task.isShuttingDownGracefully,
      let now = try? await look(at: image.sourceTarget), now.digest != wanted.digest
    else { return nil }
    return now
  }

  // MARK: - Copying

  private func bringInStep(
    _ image: MirrorImage, _ wanted: ManifestDescriptor, _ selected: SelectedImage?, _ options: [String: JSONValue],
    _ deferred: Deferrals
  ) async -> [DestinationResult] {
    let round = CopyRound(
      job: self, image: image, source: wanted, selected: selected, options: options, deferred: deferred)
    moved.withLock { $0.begin() }
    let results = await round.run()
    let total = Int64(results.count)
    await report(JobProgress(phase: .done, destinations: .init(done: total, total: total)))
    return results
  }

  /// Keeps what a step tells beyond its own destination.
  func note(_ result: DestinationResult) {
    moved.withLock { moved in
      moved.end()
      if let failure = result.failure { moved.note(failure) }
    }
  }

  /// Whose copies are told of as one from here on.
  func join(_ destinations: [ImageReference]) {
    moved.withLock { $0.join(destinations.map(\.description)) }
  }

  /// The least time between two reports, but for the last.
  private static let pause = Duration.milliseconds(200)

  func report(_ progress: JobProgress) async {
    let isLast = progress.phase == .done
    var progress = moved.withLock { $0.adding(to: progress) }
    if let reporting { progress = reporting(progress) }
    let isDue = reported.withLock { last -> Bool in
      let now = ContinuousClock.now
      if !isLast, let last, now < last + Self.pause { return false }
      last = now
      return true
    }
    guard isDue else { return }
    // Progress is a courtesy: a copy goes on without it.
    try? await backend.queue.report(progress, job: order.id)
  }
}

extension JobImage {
  /// - Throws: `MirrorError.invalid` saying what cannot be used.
  fileprivate func resolved() throws(MirrorError) -> MirrorImage {
    guard let image = try MirrorEntry(source: source, destinations: destinations).images().first else {
      throw MirrorError(.invalid, "there is nothing to copy: give a source with a tag or a digest, and a destination")
    }
    return image
  }
}

extension JobOrder {
  /// The order as if this image were all of it, spelled in full.
  fileprivate func only(_ wish: JobImage, _ image: MirrorImage) -> JobOrder {
    var only = wish
    (only.source, only.destinations) = (image.source.description, image.destinations.map(\.description))
    // Where no row was named, it is the one of the source.
    if wish.mirror == wish.source { only.mirror = only.source }
    var order = self
    (order.request.image, order.request.others) = (only, [])
    return order
  }
}
