import AWSClient
import FoundationEssentials
import MirrorCore
import Support

/// What running jobs say of themselves: items of the history table, written by the jobs and read while they run.
final class ProgressReports: Sendable {
  private static let partition = "#progress"
  private static let wishes = "#cancelled"
  private static let lifetime: TimeInterval = 86400

  private let dynamo: DynamoDBClient
  private let table: String
  private let interval: Duration
  private let gate: Lock<ProgressGate>
  private let started = ContinuousClock.now
  private let lastRead = Lock<ContinuousClock.Instant?>(nil)

  init(_ dynamo: DynamoDBClient, table: String, every interval: Duration) {
    self.dynamo = dynamo
    self.table = table
    self.interval = interval
    gate = Lock(ProgressGate(interval: interval))
  }

  private static func key(_ job: String) -> DynamoItem {
    HistoryKey.key(partition, job)
  }

  /// Writes it down, unless one was a moment ago.
  func write(_ progress: JobProgress, job: String) async throws {
    guard gate.withLock({ [started] in $0.admits(progress, job, at: .now - started) }) else { return }
    var item = Self.key(job)
    item["Body"] = .string(String(decoding: try JSONEncoder().encode(progress), as: UTF8.self))
    item["Expires"] = .number(Int64(Date.now.timeIntervalSince1970 + Self.lifetime))
    _ = try await dynamo.write(.put(item, into: table))
  }

  /// Writes down that somebody has a job terminated. The job ends without it too: it then takes itself for one that was
  /// interrupted.
  func note(cancellation reason: String, of job: String) async {
    var item = HistoryKey.key(Self.wishes, job)
    item["Body"] = .string(reason)
    item["Expires"] = .number(Int64(Date.now.timeIntervalSince1970 + Self.lifetime))
    _ = try? await dynamo.write(.put(item, into: table))
  }

  func cancellation(of job: String) async throws(AWSError) -> String? {
    try await dynamo.items([HistoryKey.key(Self.wishes, job)], in: table).first?["Body"]?.string
  }

  /// The same, unless they were read a moment ago: the more jobs, the longer ago, for each costs a read.
  func readNowAndThen(_ jobs: [String]) async throws(AWSError) -> [String: JobProgress] {
    guard !jobs.isEmpty else { return [:] }
    let now = ContinuousClock.now
    let pause = interval * ((jobs.count + 3) / 4) - .seconds(1)
    let isDue = lastRead.withLock { last in
      if let before = last, now - before < pause { return false }
      last = now
      return true
    }
    return isDue ? try await read(jobs) : [:]
  }

  /// - Returns: by job, for those that said something.
  func read(_ jobs: [String]) async throws(AWSError) -> [String: JobProgress] {
    var found: [String: JobProgress] = [:]
    guard !jobs.isEmpty else { return found }
    for item in try await dynamo.items(jobs.map(Self.key), in: table, isConsistent: false) {
      guard let job = item[HistoryKey.at]?.string, let body = item["Body"]?.string else { continue }
      found[job] = try? JSONDecoder().decode(JobProgress.self, from: Data(body.utf8))
    }
    return found
  }
}

/// Which reports are worth a write: a new phase or destination at once, figures only now and then.
struct ProgressGate: Sendable {
  private let interval: Duration
  private var last: (job: String, phase: JobProgress.Phase, destination: String?, time: Duration)?

  init(interval: Duration) {
    self.interval = interval
  }

  /// - Parameter now: on any clock that only goes forward.
  mutating func admits(_ progress: JobProgress, _ job: String, at now: Duration) -> Bool {
    // A pack copies to several destinations at once: which of them spoke last is no news.
    if let last, last.job == job, last.phase == progress.phase || (progress.pack != nil && progress.phase != .done),
      last.destination == progress.destination || progress.pack != nil, now - last.time < interval
    {
      return false
    }
    last = (job, progress.phase, progress.destination, now)
    return true
  }
}
