public import AWSClient
import FoundationEssentials
public import MirrorCore
import Support

/// The job queue on AWS Batch: mirror jobs in one of its queues, control jobs in another.
///
/// What a process has seen of the jobs it remembers: a refresh asks only for what may have changed.
public struct BatchQueue: JobQueue {
  let batch: BatchClient
  let settings: StackSettings
  let pace: Pace
  let region: String
  let reservations: ReservationTable
  let lists: JobLists
  private let submitter: JobSubmitter
  private let lister: JobLister
  private let progress: ProgressReports
  private let known: Lock<KnownJobs>
  private let answered = Lock<(finished: Int, at: ContinuousClock.Instant)?>(nil)
  private let flights = SingleFlight<Int, Void, any Error>()

  public init(_ connection: AWSConnection, _ settings: StackSettings) {
    self.init(connection, settings, pace: Pace())
  }

  init(_ connection: AWSConnection, _ settings: StackSettings, pace: Pace) {
    let dynamo = DynamoDBClient(connection)
    region = connection.endpoints.region
    batch = BatchClient(connection)
    self.settings = settings
    self.pace = pace
    known = Lock(KnownJobs(pace: pace))
    reservations = ReservationTable(dynamo: dynamo, table: settings.historyTable)
    lists = JobLists(dynamo: dynamo, table: settings.historyTable)
    submitter = JobSubmitter(
      batch: batch, reservations: reservations, lists: lists,
      queue: settings.mirrorQueue, definition: settings.mirrorJob, pace: pace, rate: SubmissionRate(pace.submissions))
    lister = JobLister(batch: batch, queue: settings.mirrorQueue, isOurs: JobOrigin.names(job:))
    progress = ProgressReports(dynamo, table: settings.historyTable, every: pace.progress)
  }

  // MARK: - Submitting

  public func submit(_ requests: [JobRequest]) async throws -> [Result<Submission, MirrorError>] {
    // Of two requests for one source alone the second finds the job of the first.
    var (first, twins) = ([String: Int](), [Int: Int]())
    for (place, request) in requests.enumerated() where !request.isPack {
      if let former = first[request.source] { twins[place] = former } else { first[request.source] = place }
    }
    let distinct = requests.indices.filter { twins[$0] == nil }.map { (place: $0, request: requests[$0]) }
    var answers: JobSubmitter.Answers = [:]
    var before = 0
    for group in JobSubmitter.groups(distinct) {
      do {
        answers.merge(try await calling { try await submitter.submit(group) }) { $1 }
      } catch let error as MirrorError where before > 0 {
        throw MirrorError(error.kind, "\(error) (\(before) of \(distinct.count) requests were handled before)")
      }
      before += group.count
    }
    remember(answers)
    return requests.indices.map { place in
      let answer =
        answers[twins[place] ?? place]
        ?? .failure(MirrorError(.backend, "no answer for \(requests[place].source)"))
      return twins[place] == nil ? answer : answer.map { Submission(job: $0.job, isNew: false) }
    }
  }

  /// What was submitted here need not be described.
  private func remember(_ answers: JobSubmitter.Answers) {
    let now = ContinuousClock.now
    known.withLock { known in
      for case .success(let submission) in answers.values where submission.isNew {
        let job = submission.job
        known.add(BatchClient.JobDetail(job, job.request), images: job.images, at: now)
      }
    }
  }

  // MARK: - Jobs

  public func jobs(finished: Int) async throws -> [Job] {
    try await calling {
      if !isFresh(finished) {
        try await flights.value(for: finished) { [self] in
          do {
            return .success(try await refresh(finished))
          } catch {
            return .failure(error)
          }
        }.get()
      }
      return known.withLock { $0.jobs(finished: finished) }
    }
  }

  private func isFresh(_ finished: Int) -> Bool {
    guard let answered = answered.withLock(\.self) else { return false }
    return finished <= answered.finished && .now - answered.at < pace.freshness
  }

  private func refresh(_ finished: Int) async throws {
    let began = ContinuousClock.now
    let before = known.withLock(\.self)
    let listing = try await lister.list(before, finished: finished)
    let ids = before.toDescribe(listing, finished: finished, now: began)
    let details = try await batch.describe(ids)
    let running = known.withLock { known in
      known.take(listing, details, asked: ids, at: began)
      return known.running
    }
    try await readLists()
    let reports = try await progress.readNowAndThen(running)
    known.withLock { $0.note(reports) }
    answered.withLock { $0 = (finished, began) }
  }

  /// The images of jobs that have several, once for each.
  private func readLists() async throws(AWSError) {
    let wanted = known.withLock(\.unreadLists)
    guard !wanted.isEmpty else { return }
    let found = try await lists.read(wanted)
    known.withLock { $0.note(found, of: wanted) }
  }

  private func readProgress(of running: [String]) async throws(AWSError) {
    let reports = try await progress.read(running)
    known.withLock { $0.note(reports) }
  }

  public func job(_ id: String) async throws -> Job? {
    try await calling {
      let isKnown = recent(id) != nil
      guard let detail = try await detail(id) else { return nil }
      try await readLists()
      if !isKnown && JobState(batch: detail.status) == .running { try await readProgress(of: [id]) }
      return known.withLock { $0.known(id)?.job } ?? Job(detail) ?? Job.control(detail)
    }
  }

  /// What AWS Batch tells of a job, or told a moment ago, or whenever it had ended; nil where it knows none.
  func detail(_ id: String) async throws(AWSError) -> BatchClient.JobDetail? {
    if let detail = recent(id) { return detail }
    return id.isJobID ? try await describe(id) : nil
  }

  private func recent(_ id: String) -> BatchClient.JobDetail? {
    known.withLock { [since = ContinuousClock.now - pace.freshness] in $0.described(id, since: since) }
  }

  /// - Returns: for a job that was submitted a moment ago and is not shown yet, what is known of it.
  private func describe(_ id: String) async throws(AWSError) -> BatchClient.JobDetail? {
    let now = ContinuousClock.now
    let details = try await batch.describe([id])
    return known.withLock { known in
      known.take(details, asked: [id], at: now)
      return details.first ?? known.known(id)?.detail
    }
  }

  // MARK: - Stopping

  public func cancel(_ id: String, reason: String) async throws -> Bool {
    try await calling { try await stop(id, reason) }
  }

  private func stop(_ id: String, _ reason: String) async throws(AWSError) -> Bool {
    guard id.isJobID, let detail = try await describe(id) else { return false }
    let reason = reason.isEmpty ? "cancelled" : reason.cleaned.shortened(to: 1000)
    switch StopDecision(JobState(batch: detail.status)) {
    case .nothing: return true
    case .terminate:
      await progress.note(cancellation: reason, of: id)
      try await batch.terminate(id, reason: reason)
    case .cancel:
      try await batch.cancel(id, reason: reason)
      // One that has started meanwhile goes on.
      if let detail = try await describe(id), StopDecision(JobState(batch: detail.status)) == .terminate {
        await progress.note(cancellation: reason, of: id)
        try await batch.terminate(id, reason: reason)
      }
    }
    answered.withLock { $0 = nil }
    return true
  }

  /// A job may not ask AWS Batch about itself: who terminates it leaves the reason where the job reads it.
  public func cancellation(of id: String) async throws -> String? {
    try await calling { try await progress.cancellation(of: id) }
  }

  // MARK: - The rest

  public func report(_ progress: JobProgress, job: String) async throws {
    try await calling { try await self.progress.write(progress, job: job) }
  }

  /// AWS Batch sees to its queues itself. What is asked for next is asked of it, however fresh the last answer is: who
  /// wakes a queue is about to decide by what lives in it.
  public func wake() async throws {
    answered.withLock { $0 = nil }
  }

  public func revision() async throws -> Int64? { nil }

  /// Puts into words what fails.
  func calling<Value>(_ body: () async throws -> Value) async throws -> Value {
    do {
      return try await body()
    } catch let error as AWSError {
      throw error.service == AWSService.dynamoDB.name
        ? error.meaning(for: .history(settings.historyTable), in: region) : error.meaning(forJobsIn: region)
    }
  }
}

/// How a job in this state is stopped.
enum StopDecision: Sendable, Equatable {
  case nothing
  case cancel
  case terminate

  init(_ state: JobState) {
    self =
      switch state {
      case .submitted, .pending, .runnable: .cancel
      case .starting, .running: .terminate
      case .succeeded, .failed, .cancelled: .nothing
      }
  }
}

extension String {
  /// Whether AWS Batch may have given it to a job: what else is asked for is not there.
  fileprivate var isJobID: Bool {
    !isEmpty && utf8.count <= 128 && allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-" || $0 == ":") }
  }
}
