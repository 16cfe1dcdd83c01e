import AWSClient
import MirrorCore
import Support

/// What a process knows of a queue's jobs, so that AWS Batch is not asked for what cannot have changed: a value that
/// listings and descriptions are taken into.
struct KnownJobs: Sendable {
  struct Known: Sendable {
    var detail: BatchClient.JobDetail {
      didSet {
        let (progress, request) = (job.progress, job.request)
        job = Job(detail) ?? job
        job.progress = job.state == .running ? progress : nil
        job.request = request
      }
    }
    fileprivate(set) var job: Job
    /// The list of the job's images, while it is not read.
    fileprivate var unread: String?
    /// When AWS Batch last described it.
    var described: ContinuousClock.Instant

    init?(_ detail: BatchClient.JobDetail, at now: ContinuousClock.Instant) {
      guard let job = Job(detail) else { return nil }
      self.detail = detail
      self.job = job
      unread = detail.list
      described = now
    }

    var created: Int64 { detail.createdAt ?? 0 }
  }

  /// What AWS Batch told of a job, and when.
  struct Described: Sendable {
    let detail: BatchClient.JobDetail
    let at: ContinuousClock.Instant
  }

  private(set) var live: [String: Known] = [:]
  /// Jobs that ended never change: they are described once.
  private(set) var finished: [String: Known] = [:]
  /// Jobs that mirror nothing, control jobs among them.
  private var strangers: [String: Described] = [:]
  /// Every finished job created after this is known (milliseconds since 1970); nil before the first listing.
  private(set) var horizon: Int64?
  /// When the jobs were created that the last listing by time had, of whatever name, and where it ended.
  private var window: (after: Int64, created: [Int64]) = (.max, [])
  /// When the newest job was created that was ever listed.
  private(set) var newest: Int64 = 0

  /// Finished jobs that are kept, and strangers.
  static let limit = 5_000
  private let pace: Pace

  init(pace: Pace = Pace()) {
    self.pace = pace
  }

  /// Live ones, and the newest finished, newest first.
  func jobs(finished count: Int) -> [Job] {
    let ended = finished.values.map(\.job).sorted(by: Self.isNewer).prefix(max(count, 0))
    return (live.values.map(\.job) + ended).sorted(by: Self.isNewer)
  }

  /// Ids of those that run.
  var running: [String] { live.values.filter { $0.job.state == .running }.map(\.detail.jobId) }

  func known(_ id: String) -> Known? { live[id] ?? finished[id] }

  /// What AWS Batch told of a job since then, or whenever the job had ended.
  func described(_ id: String, since time: ContinuousClock.Instant) -> BatchClient.JobDetail? {
    if let ended = finished[id] { return ended.detail }
    let last = live[id].map { Described(detail: $0.detail, at: $0.described) } ?? strangers[id]
    return last.flatMap { $0.at > time ? $0.detail : nil }
  }

  private static func isNewer(_ one: Job, _ other: Job) -> Bool {
    one.created == other.created ? one.id < other.id : one.created > other.created
  }

  // MARK: - What to ask

  /// How many jobs were created after this time, of whatever name; nil where that was not listed.
  func newerJobs(than time: Int64) -> Int? {
    time < window.after ? nil : window.created.count { $0 > time }
  }

  /// The ids to describe after a listing: jobs that are new, jobs whose attempts may have changed, live ones that the
  /// listing left out, and the newest `finished` of those that ended.
  func toDescribe(_ listing: JobListing, finished wanted: Int, now: ContinuousClock.Instant) -> [String] {
    var ids: [String] = []
    var ended: [(created: Int64, id: String)] = []
    for summary in listing.jobs.values where strangers[summary.jobId] == nil && finished[summary.jobId] == nil {
      if let known = live[summary.jobId] {
        if known.mayHaveNewAttempts(summary, recheck: now - pace.recheck) { ids.append(summary.jobId) }
      } else if JobState(batch: summary.status).isLive {
        ids.append(summary.jobId)
      } else {
        ended.append((summary.createdAt ?? 0, summary.jobId))
      }
    }
    ids += live.keys.filter { listing.jobs[$0] == nil }
    let all = (finished.values.map(\.created) + ended.map(\.created)).sorted(by: >)
    guard let oldest = all.prefix(max(wanted, 0)).last else { return ids }
    return ids + ended.filter { $0.created >= oldest }.map(\.id)
  }

  // MARK: - What is known then

  mutating func take(
    _ listing: JobListing, _ details: [BatchClient.JobDetail], asked: [String], at now: ContinuousClock.Instant
  ) {
    for summary in listing.jobs.values where live[summary.jobId] != nil { live[summary.jobId]?.detail.note(summary) }
    newest = max(newest, listing.created.max() ?? 0)
    window = (listing.after, listing.created)
    take(details, asked: asked, at: now)
    let left = listing.jobs.values.filter { finished[$0.jobId] == nil && !JobState(batch: $0.status).isLive }
    horizon = left.compactMap(\.createdAt).reduce(listing.horizon ?? 0, max)
    forget()
  }

  mutating func take(_ details: [BatchClient.JobDetail], asked: [String], at now: ContinuousClock.Instant) {
    for detail in details { take(detail, at: now) }
    let told = Set(details.map(\.jobId))
    for id in asked where !told.contains(id) {
      // Not shown yet, or forgotten.
      if let known = live[id], now - known.described > pace.patience { live[id] = nil }
    }
  }

  private mutating func take(_ detail: BatchClient.JobDetail, at now: ContinuousClock.Instant) {
    guard let known = Known(detail, at: now) else {
      strangers[detail.jobId] = Described(detail: detail, at: now)
      return
    }
    if known.job.state.isLive {
      // Two refreshes may overtake each other: what ended stays so.
      guard finished[detail.jobId] == nil else { return }
      if live[detail.jobId] == nil {
        live[detail.jobId] = known
      } else {
        live[detail.jobId]?.detail = detail
        live[detail.jobId]?.described = now
      }
    } else {
      var ended = known
      let before = live[detail.jobId] ?? finished[detail.jobId]
      if let before, before.unread == nil { ended.take(before.job.images) }
      live[detail.jobId] = nil
      finished[detail.jobId] = ended
    }
  }

  /// Takes in what running jobs say of themselves.
  mutating func note(_ reports: [String: JobProgress]) {
    for (id, progress) in reports where live[id]?.job.state == .running { live[id]?.job.progress = progress }
  }

  /// Takes in a job that this process has just submitted.
  mutating func add(_ detail: BatchClient.JobDetail, images: [JobImage], at now: ContinuousClock.Instant) {
    guard known(detail.jobId) == nil else { return }
    live[detail.jobId] = Known(detail, at: now)
    live[detail.jobId]?.take(images)
  }

  /// Lists of images that belong to known jobs and are not read.
  var unreadLists: [String] { (live.values.compactMap(\.unread) + finished.values.compactMap(\.unread)) }

  /// Takes in lists that were read; one that is gone is not asked for again.
  mutating func note(_ lists: [String: [JobImage]], of wanted: [String]) {
    let wanted = Set(wanted)
    for (id, known) in live where known.unread.map(wanted.contains) ?? false {
      live[id]?.take(known.unread.flatMap { lists[$0] } ?? [])
    }
    for (id, known) in finished where known.unread.map(wanted.contains) ?? false {
      finished[id]?.take(known.unread.flatMap { lists[$0] } ?? [])
    }
  }

  private mutating func forget() {
    if strangers.count > Self.limit { strangers.removeAll() }
    // Well beyond the limit, so that it is not sorted each time.
    guard finished.count > Self.limit + Self.limit / 4 else { return }
    let gone = finished.sorted { $0.value.created > $1.value.created }.dropFirst(Self.limit)
    for (id, known) in gone {
      finished[id] = nil
      horizon = horizon.map { max($0, known.created) }
    }
  }
}

extension KnownJobs.Known {
  fileprivate mutating func take(_ images: [JobImage]) {
    unread = nil
    if let request = job.request.having(images) { job.request = request }
  }

  fileprivate func mayHaveNewAttempts(
    _ summary: BatchClient.JobSummary, recheck: ContinuousClock.Instant
  ) -> Bool {
    let state = JobState(batch: summary.status)
    switch (job.state, state) {
    case (_, .succeeded), (_, .failed), (_, .cancelled): return true
    case (.running, .running): return summary.startedAt != detail.startedAt || described < recheck
    case (.running, _): return true
    case (.starting, _): return state.isWaiting
    default: return false
    }
  }
}

extension BatchClient.JobDetail {
  /// Takes over what a listing tells of a live job.
  fileprivate mutating func note(_ summary: BatchClient.JobSummary) {
    guard JobState(batch: summary.status).isLive else { return }
    status = summary.status ?? status
    statusReason = summary.statusReason
    createdAt = summary.createdAt ?? createdAt
    startedAt = summary.startedAt ?? startedAt
  }
}
