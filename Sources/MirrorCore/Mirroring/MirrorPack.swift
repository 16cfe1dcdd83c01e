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

  init(_ job: MirrorJob) {
    self.job = job
    pace = Lock(PutPace(jobs: job.order.together ?? 1))
    tally = PackTally(images: job.order.images)
  }

  private enum Outcome: Sendable {
    case done(Verdict)
    /// Not begun, for the job is to end.
    case left
  }

  func run() async -> Verdict {
    let images = job.order.images
    job.logger.info("\(images.count) images, \(MirrorJob.imagesAtOnce) at once")
    let teller = Task { await tellNowAndThen() }
    defer { teller.cancel() }
    let outcomes = try? await concurrently(images.indices, width: MirrorJob.imagesAtOnce) { place in
      await work(on: place)
    }
    await tell(tally.report())
    var verdict = Verdict.fine
    for case .done(let one) in outcomes ?? [] { verdict = max(verdict, one) }
    let left = (outcomes ?? []).count { if case .left = $0 { true } else { false } }
    guard left > 0 else { return verdict }
    job.logger.warning("the job was stopped before it came to \(counted(left, "image")) of \(images.count)")
    return .retry
  }

  private func work(on place: Int) async -> Outcome {
    let image = job.order.images[place]
    // One that is told to end waits no longer, and begins with nothing more.
    let begin = pace.withLock { $0.place(for: image, at: .now) }
    try? await cancelWhenGracefulShutdown { try await Task.sleep(until: begin, clock: .continuous) }
    if MirrorJob.isStopping { return .left }
    var logger = job.logger
    logger[metadataKey: LogLine.image] = "\(image.source.cleaned)"
    let attempt: Int
    do {
      switch try await job.backend.queue.begin(image, of: job.order) {
      case .attempt(let number): attempt = number
      case .gone:
        logger.info("nothing is left to do for it here")
        await tell(tally.note(.through, of: place))
        return .done(.fine)
      }
    } catch {
      logger.error("it could not be taken up: \(error)")
      return .done(.retry)
    }
    await tell(tally.note(.underWay, of: place))
    guard let request = job.order.request.having([image]) else { return .done(.fine) }
    var single = MirrorJob(
      backend: job.backend, registries: job.registries, copier: job.copier,
      order: JobOrder(id: job.order.id, attempt: attempt, request: request), logger: logger,
      reporting: { [tally] progress in tally.note(progress, of: place) })
    single.limits = job.limits
    let verdict = await single.run()
    if verdict == .retry {
      await tell(tally.note(.waiting, of: place))
      return .done(verdict)
    }
    do {
      try await job.backend.queue.settle(image, of: job.order)
    } catch {
      logger.warning("that the job is through with it could not be written down: \(error)")
    }
    await tell(tally.note(.through, of: place))
    return .done(verdict)
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
  func note(_ standing: ImageStanding, of place: Int) -> JobProgress {
    state.withLock { state in
      state.pack.underWay.remove(place)
      state.pack.through.remove(place)
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
