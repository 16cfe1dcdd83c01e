import FoundationEssentials
public import MirrorCore
import Support

/// A job with what only its queue knows.
struct MemoryJob: Sendable {
  var job: Job
  /// By the numbers of attempts.
  var logs: [Int: [LogLine]] = [:]
  /// Why somebody wants it stopped.
  var cancel: String?
  /// How often it began with an image, by source.
  var begun: [String: Int] = [:]
  /// Sources that it is through with, or that were taken out of it.
  var through: Set<String> = []

  /// Whether it is the one job that lives for a source.
  func holds(_ source: String) -> Bool {
    job.state.isLive && !through.contains(source) && job.images.contains { $0.source == source }
  }
}

/// The job queue in memory. Nobody works on it but who calls `work`.
public struct MemoryQueue: JobQueue {
  private let installation: MemoryInstallation

  init(_ installation: MemoryInstallation) {
    self.installation = installation
  }

  // MARK: - Jobs

  public func submit(_ requests: [JobRequest]) async throws -> [Result<Submission, MirrorError>] {
    try installation.write { state in
      requests.map { request in
        let isUrgent = !request.isPack && request.origin != .run
        for place in state.jobs.indices where isUrgent {
          let holder = state.jobs[place]
          if holder.job.isPack, holder.holds(request.source), holder.begun[request.source] == nil {
            state.jobs[place].through.insert(request.source)
          }
        }
        let free = request.images.filter { image in !state.jobs.contains { $0.holds(image.source) } }
        guard let request = request.having(free) else {
          let live = state.jobs.first { $0.holds(request.source) }
          return live.map { .success(Submission(job: $0.job, isNew: false)) }
            ?? .failure(MirrorError(.backend, "there is nothing to do"))
        }
        let job = Job(
          id: UUID().uuidString.lowercased(), name: request.jobName, request: request, state: .submitted, created: .now)
        state.jobs.append(MemoryJob(job: job))
        state.changed(.queue)
        return .success(Submission(job: job, isNew: true))
      }
    }
  }

  public var packs: PackLimits? { (try? installation.read(\.packs)) ?? nil }

  public func begin(_ image: JobImage, of order: JobOrder) async throws -> ImageTurn {
    var turn = ImageTurn.gone
    let isOurs = try change(order.id) { job in
      guard job.holds(image.source) else { return }
      job.begun[image.source, default: 0] += 1
      turn = .attempt(job.begun[image.source] ?? 1)
    }
    // A job that nobody queued has nobody to share its images with.
    return isOurs ? turn : .attempt(order.attempt)
  }

  public func settle(_ image: JobImage, of order: JobOrder) async throws {
    _ = try change(order.id) { $0.through.insert(image.source) }
  }

  public func withdraw(_ source: String, from job: String) async throws -> Bool {
    var isOut = false
    _ = try change(job) { job in
      guard job.job.isPack, job.holds(source), job.begun[source] == nil else { return }
      job.through.insert(source)
      isOut = true
    }
    return isOut
  }

  public func jobs(finished: Int) async throws -> [Job] {
    try installation.read { state in
      let newest = state.jobs.map(\.job).reversed()
      let ended = newest.filter { !$0.state.isLive }.prefix(max(finished, 0))
      return (newest.filter(\.state.isLive) + ended).sorted { $0.created > $1.created }
    }
  }

  public func job(_ id: String) async throws -> Job? {
    try installation.read { state in state.jobs.first { $0.job.id == id }?.job }
  }

  public func cancel(_ id: String, reason: String) async throws -> Bool {
    try change(id) { job in
      switch job.job.state {
      case .submitted, .pending, .runnable: job.end(.cancelled(reason))
      case .starting, .running: job.cancel = reason
      case .succeeded, .failed, .cancelled: break
      }
    } && end(id)
  }

  public func cancellation(of id: String) async throws -> String? {
    try installation.read { state in state.jobs.first { $0.job.id == id }?.cancel }
  }

  /// Tells the try under way, if there is one.
  private func end(_ id: String) throws -> Bool {
    try installation.read { $0.running[id] }?()
    return true
  }

  public func report(_ progress: JobProgress, job: String) async throws {
    _ = try change(job) { $0.job.progress = progress }
  }

  public func wake() async throws {
    try installation.write { $0.wakes += 1 }
  }

  public func revision() async throws -> Int64? { try installation.revision(of: .queue) }

  /// - Returns: false where there is no such job.
  private func change(_ id: String, _ body: (inout MemoryJob) -> Void) throws -> Bool {
    try installation.write { state in
      guard let index = state.jobs.firstIndex(where: { $0.job.id == id }) else { return false }
      body(&state.jobs[index])
      state.changed(.queue)
      return true
    }
  }

  // MARK: - Work

  /// Does a try at a job; cancelled where somebody wants the job stopped. It is given where to log.
  public typealias Work = @Sendable (JobOrder, _ log: @escaping @Sendable (String) -> Void) async -> AttemptEnd

  /// Works off the queue, several jobs at once, each with as many tries as it takes.
  ///
  /// - Parameter rules: pauses between tries are left out.
  public func work(
    atOnce width: Int = 4, rules: RetryRules = RetryRules(attempts: 3), _ work: @escaping Work
  ) async throws {
    try await withThrowingTaskGroup(of: Void.self) { group in
      for _ in 0..<width {
        group.addTask {
          while let order = try begin() {
            let end = await attempt(order, work)
            try finish(order, end, rules)
          }
        }
      }
      try await group.waitForAll()
    }
  }

  private func begin() throws -> JobOrder? {
    try installation.write { state in
      let isDue: (MemoryJob) -> Bool = { $0.job.state == .submitted || $0.job.state == .runnable }
      guard let index = state.jobs.firstIndex(where: isDue) else { return nil }
      var job = state.jobs[index].job
      let number = job.attempts.count + 1
      job.attempts.append(JobAttempt(number: number, started: .now))
      (job.state, job.reason, job.progress) = (.running, nil, nil)
      job.started = job.started ?? job.attempts.last?.started
      state.jobs[index].job = job
      state.changed(.queue)
      return JobOrder(id: job.id, attempt: number, request: job.request)
    }
  }

  private func attempt(_ order: JobOrder, _ work: @escaping Work) async -> AttemptEnd {
    let (installation, id) = (installation, order.id)
    let attempt = Task {
      await work(order) { line in
        _ = try? change(id) { $0.logs[order.attempt, default: []].append(LogLine(time: .now, text: line)) }
      }
    }
    // From here on a wish reaches it; one that came before does now.
    let isUnwanted = try? installation.write { state in
      state.running[id] = { attempt.cancel() }
      return state.jobs.contains { $0.job.id == id && $0.cancel != nil }
    }
    if isUnwanted == true { attempt.cancel() }
    defer { _ = try? installation.write { $0.running[id] = nil } }
    return await attempt.value
  }

  private func finish(_ order: JobOrder, _ end: AttemptEnd, _ rules: RetryRules) throws {
    _ = try change(order.id) { job in
      // What finished in spite of the wish has finished.
      let end = job.cancel.flatMap { end == .exited(0) ? nil : .cancelled($0) } ?? end
      let last = job.job.attempts.count - 1
      job.job.attempts[last].stopped = .now
      (job.job.attempts[last].exitCode, job.job.attempts[last].reason) = (end.exitCode, end.reason)
      job.end(rules.next(after: end, failed: order.attempt, made: order.attempt))
    }
  }
}

extension MemoryJob {
  fileprivate mutating func end(_ next: JobNext) {
    switch next {
    case .succeeded: (job.state, job.reason, job.stopped) = (.succeeded, nil, .now)
    case .failed(let reason): (job.state, job.reason, job.stopped) = (.failed, reason, .now)
    case .cancelled(let reason): (job.state, job.reason, job.stopped) = (.cancelled, reason, .now)
    case .retry(_, let reason): (job.state, job.reason) = (.runnable, reason)
    }
  }
}
