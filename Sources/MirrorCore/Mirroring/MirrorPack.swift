import FoundationEssentials
import Logging
import OCIRegistry
import ServiceLifecycle
import Support

/// A job with several images: works off its list, several at once.
///
/// Each image is taken up and put down at the queue, so that a try that comes after one that was killed goes on with what
/// is not done, and so that an image which somebody takes out, or which is copied by itself meanwhile, is left alone.
struct MirrorPack: Sendable {
  let job: MirrorJob
  private let tally: PackTally
  private let pace: Lock<PutPace>
  private let start = ContinuousClock.now

  init(_ job: MirrorJob) {
    self.job = job
    pace = Lock(PutPace(jobs: job.order.together ?? 1))
    tally = PackTally(images: job.order.images)
  }

  enum Outcome: Sendable, Equatable {
    case ended(Verdict)
    /// The job was through with it already, or somebody took it out.
    case gone
    /// Not begun, for the job is to end.
    case left
  }

  func run() async -> Verdict {
    let images = job.order.images
    job.logger.info("\(images.count) images, \(MirrorJob.imagesAtOnce) at once")
    job.registries.repositories?.expect(
      images.flatMap(\.destinations).compactMap { try? ImageReference($0).withoutTag })
    let teller = Task { await tellNowAndThen() }
    // Its body throws nothing.
    let outcomes =
      (try? await concurrently(images.indices, width: MirrorJob.imagesAtOnce) { place in await work(on: place) })
      ?? images.map { _ in .left }
    // What it was about to say must not come after the last word.
    teller.cancel()
    await teller.value
    await tell(tally.report())
    let left = zip(images, outcomes).filter { $0.1 == .left }.map(\.0)
    await noteCancelled(left)
    job.logger.log(level: left.isEmpty ? .info : .warning, "\(Self.summary(outcomes))")
    return Self.verdict(outcomes)
  }

  /// What is not begun is worth another try, whatever became of the others.
  static func verdict(_ outcomes: [Outcome]) -> Verdict {
    outcomes.map { outcome in
      switch outcome {
      case .ended(let verdict): verdict
      case .gone: .fine
      case .left: .retry
      }
    }.max() ?? .fine
  }

  /// `20 images: 15 done, 3 failed, 2 not begun, for the job was stopped`.
  static func summary(_ outcomes: [Outcome]) -> String {
    func count(_ isMeant: (Outcome) -> Bool) -> Int { outcomes.count(where: isMeant) }
    let done = count { $0 == .ended(.fine) }
    let (gone, left) = (count { $0 == .gone }, count { $0 == .left })
    let failed = outcomes.count - done - gone - left
    var parts = ["\(done) done", "\(failed) failed"]
    if gone > 0 { parts.append("\(gone) already done or taken out") }
    if left > 0 { parts.append("\(left) not started, as the job was stopped") }
    return "\(counted(outcomes.count, "image")): \(parts.joined(separator: ", "))"
  }

  /// Whom a person stops the job before its turn has that in its history, as a job by itself would.
  private func noteCancelled(_ images: [JobImage]) async {
    guard !images.isEmpty, let reason = try? await job.backend.queue.cancellation(of: job.order.id) else { return }
    // In a task of its own, for this one is cancelled, maybe.
    await Task.detached { [job] in
      _ = try? await concurrently(images, width: MirrorJob.imagesAtOnce) { image in
        guard try await job.backend.queue.withdraw(image.source, from: job.order.id),
          let request = job.order.request.having([image])
        else { return }
        let order = JobOrder(id: job.order.id, attempt: 0, request: request)
        try await job.backend.history.append(.job(.cancelled(order, started: .now, at: .now, reason: reason)))
      }
    }.value
  }

  private func work(on place: Int) async -> Outcome {
    let image = job.order.images[place]
    // One that is told to end begins with nothing more.
    if MirrorJob.isStopping { return .left }
    var logger = job.logger
    logger[metadataKey: LogLine.image] = "\(image.source.cleaned)"
    let attempt: Int
    do {
      switch try await job.backend.queue.begin(image, of: job.order) {
      case .attempt(let number): attempt = number
      case .gone:
        logger.info("there is nothing left to do for it")
        await tell(tally.note(.through, of: place))
        return .gone
      }
    } catch {
      logger.error("it could not be started: \(error)")
      await tell(tally.note(.waiting, of: place, failed: true))
      return .ended(.retry)
    }
    await tell(tally.note(.underWay, of: place))
    guard let request = job.order.request.having([image]) else { return .gone }
    var single = MirrorJob(
      backend: job.backend, registries: job.registries, copier: job.copier,
      order: JobOrder(id: job.order.id, attempt: attempt, request: request), logger: logger,
      reporting: { [tally] progress in tally.note(progress, of: place) })
    (single.limits, single.pacing) = (job.limits, { await waitToPut(to: $0) })
    single.newRepositories = job.newRepositories
    let began = start.duration(to: .now)
    let verdict = await single.run()
    let places = Set(image.destinations.compactMap { (try? ImageReference($0))?.registry })
    let throttled = tally.throttled(by: place)
    pace.withLock { $0.note(places, throttled: throttled, began: began, now: start.duration(to: .now)) }
    if verdict == .retry {
      await tell(tally.note(.waiting, of: place, failed: true))
      return .ended(verdict)
    }
    do {
      try await job.backend.queue.settle(image, of: job.order)
    } catch {
      logger.warning("its completion could not be recorded: \(error)")
    }
    await tell(tally.note(.through, of: place, failed: verdict != .fine))
    return .ended(verdict)
  }

  /// Before a manifest is put, and only then: what is in step already waits for nothing. Who is told to end does no longer.
  private func waitToPut(to destination: ImageReference) async {
    let wait = pace.withLock { $0.place(at: destination.registry, now: start.duration(to: .now)) }
    guard wait > .zero else { return }
    try? await cancelWhenGracefulShutdown { try await Task.sleep(for: wait) }
  }

  /// A queue passes over reports that come soon after another: the last before all copies are quiet for a while is told
  /// again.
  private func tellNowAndThen() async {
    var last: JobProgress?
    while (try? await Task.sleep(for: Self.pause)) != nil {
      let progress = tally.report()
      if progress != last { await tell(progress) }
      last = progress
    }
  }

  /// Longer than any queue passes over.
  private static let pause = Duration.seconds(6)

  private func tell(_ progress: JobProgress) async {
    try? await job.backend.queue.report(progress, job: job.order.id)
  }
}

/// How far a pack is: the sum of what its images say.
final class PackTally: Sendable {
  private struct State {
    var pack = PackProgress()
    /// Of images under way, and the last of each that is done.
    var last: [Int: JobProgress] = [:]
    var newest: JobProgress?
  }

  private let state = Lock(State())
  /// Of each image.
  private let destinations: [Int64]

  init(images: [JobImage]) {
    destinations = images.map { Int64($0.destinations.count) }
  }

  /// - Returns: what the job is to report.
  func note(_ standing: ImageStanding, of place: Int, failed: Bool = false) -> JobProgress {
    state.withLock { state in
      state.pack.underWay.remove(place)
      state.pack.through.remove(place)
      state.pack.failed.remove(place)
      if failed { state.pack.failed.insert(place) }
      switch standing {
      case .waiting: break
      case .underWay: state.pack.underWay.insert(place)
      case .through: state.pack.through.insert(place)
      }
      return report(state)
    }
  }

  func note(_ progress: JobProgress, of place: Int) -> JobProgress {
    state.withLock { state in
      state.last[place] = progress
      if progress.phase != .done { state.newest = progress }
      return report(state)
    }
  }

  /// Registries that wanted less of an image.
  func throttled(by place: Int) -> Set<String> {
    Set((state.withLock { $0.last[place]?.pressure } ?? [:]).filter { $0.value == .throttled }.keys)
  }

  func report() -> JobProgress { state.withLock { report($0) } }

  private func report(_ state: State) -> JobProgress {
    let isDone = state.pack.through.count == destinations.count
    var report = JobProgress(
      phase: isDone ? .done : state.newest?.phase ?? .looking, destination: isDone ? nil : state.newest?.destination)
    let through = state.pack.through.reduce(Int64(0)) { $0 + destinations[$1] }
    let underWay = state.pack.underWay.reduce(Int64(0)) { $0.plus(state.last[$1]?.destinations.done ?? 0) }
    report.destinations = .init(done: through.plus(underWay), total: destinations.reduce(0) { $0.plus($1) })
    report.bytes = .init(done: state.last.values.reduce(Int64(0)) { $0.plus($1.bytes.done) })
    report.blobs = .init(done: state.last.values.reduce(Int64(0)) { $0.plus($1.blobs.done) })
    report.images = .init(done: state.last.values.reduce(Int64(0)) { $0.plus($1.images.done) })
    report.pack = state.pack
    for case let pressure? in state.last.values.map(\.pressure) {
      report.pressure = (report.pressure ?? [:]).merging(pressure) { one, other in one == .throttled ? one : other }
    }
    return report
  }
}
