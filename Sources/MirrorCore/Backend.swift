public import FoundationEssentials

/// What everything above stands on: the mirror table, the job queue, the history, the logs and the automation of one
/// installation, on this machine or in AWS.
public struct Backend: Sendable {
  public let table: any MirrorTable
  public let queue: any JobQueue
  public let history: any History
  public let logs: any JobLogs
  public let automation: any Automation
  /// For a person, to tell one installation from another: a folder, or a stack with its account and region.
  public let name: String
  /// Whether what is read costs requests, which somebody pays for or which are limited.
  public let isMetered: Bool

  public init(
    table: any MirrorTable, queue: any JobQueue, history: any History, logs: any JobLogs,
    automation: any Automation, name: String, isMetered: Bool = false
  ) {
    self.table = table
    self.queue = queue
    self.history = history
    self.logs = logs
    self.automation = automation
    self.name = name
    self.isMetered = isMetered
  }
}

// MARK: - The mirror table

public protocol MirrorTable: Sendable {
  /// One page of rows in the table's own order.
  ///
  /// - Parameter cursor: nil for the first page; then what the last page gave.
  func page(after cursor: String?) async throws -> TablePage

  /// Every row, page by page, each once and in no order: memory is bounded by what `body` keeps.
  func forEachPage(_ body: (TablePage) async throws -> Void) async throws

  /// - Returns: nil where there is no such row.
  /// - Throws: `MirrorError` when the row cannot be read.
  func entry(_ source: String) async throws -> MirrorEntry?

  /// Writes rows, each only if it still is as `old` says: its part that people edit, not what is observed.
  ///
  /// All or nothing on this machine; in AWS up to 100 rows at a time.
  ///
  /// - Parameter changes: no row twice.
  /// - Throws: `MirrorError.conflict` naming the row that is not as expected.
  func write(_ changes: [RowChange]) async throws

  /// Changes `Observed` of rows that still exist and leaves the rest of them alone; rows that are gone are passed over.
  ///
  /// - Returns: by their keys, rows that could not take it, as one that would become too large; the others did.
  @discardableResult
  func record(_ changes: [String: ObservedChange]) async throws -> [String: MirrorError]

  /// A number that is another one after any change to the table; nil where that cannot be told cheaply.
  func revision() async throws -> Int64?
}

public struct TablePage: Sendable {
  public var entries: [MirrorEntry]
  public var unreadable: [UnreadableRow]
  /// Where the next page begins; nil on the last.
  public var next: String?

  public init(entries: [MirrorEntry], unreadable: [UnreadableRow] = [], next: String? = nil) {
    self.entries = entries
    self.unreadable = unreadable
    self.next = next
  }
}

/// One row before and after: no `old` for a new row, no `new` for one that goes.
public struct RowChange: Sendable, Equatable {
  public let old: MirrorEntry?
  public let new: MirrorEntry?

  private init(old: MirrorEntry?, new: MirrorEntry?) {
    self.old = old
    self.new = new
  }

  public static func add(_ entry: MirrorEntry) -> RowChange { RowChange(old: nil, new: entry) }
  public static func remove(_ entry: MirrorEntry) -> RowChange { RowChange(old: entry, new: nil) }

  /// The two have the same source.
  public static func replace(_ old: MirrorEntry, with new: MirrorEntry) -> RowChange {
    RowChange(old: old, new: new)
  }

  /// The row's key.
  public var source: String { (new ?? old)?.source ?? "" }
}

extension MirrorTable {
  public func forEachPage(_ body: (TablePage) async throws -> Void) async throws {
    var cursor: String?
    repeat {
      let page = try await page(after: cursor)
      try await body(page)
      cursor = page.next
    } while cursor != nil
  }
}

// MARK: - The job queue

public protocol JobQueue: Sendable {
  /// Queues mirror jobs, and sees to it that somebody works on them. Where a job for the same source lives, that one
  /// is the answer.
  ///
  /// - Returns: an answer for each request, in their order: why it cannot be queued, where that is about the one alone.
  func submit(_ requests: [JobRequest]) async throws -> [Result<Submission, MirrorError>]

  /// All live jobs, and the newest `finished` of those that ended; newest first.
  func jobs(finished: Int) async throws -> [Job]

  /// - Returns: nil where there is no such job, or it ended so long ago that the queue forgot it.
  func job(_ id: String) async throws -> Job?

  /// Stops a job, whatever its state; one that ended already stays as it is.
  ///
  /// - Returns: false where there is no such job.
  func cancel(_ id: String, reason: String) async throws -> Bool

  /// Keeps what a running job says of itself. Lost without harm.
  func report(_ progress: JobProgress, job: String) async throws

  /// Sees to it that somebody works on what is queued, as after a crash of the worker.
  func wake() async throws

  /// As for the table.
  func revision() async throws -> Int64?
}

public struct Submission: Sendable, Equatable {
  public let job: Job
  /// False when a live job for the same source was there already.
  public let isNew: Bool

  public init(job: Job, isNew: Bool) {
    self.job = job
    self.isNew = isNew
  }
}

// MARK: - History and leases

public protocol History: Sendable {
  func append(_ item: HistoryItem) async throws

  /// Newest first.
  ///
  /// - Parameter mirror: only what concerns this row; nil for everything.
  func items(of mirror: String?, limit: Int) async throws -> [HistoryItem]

  /// When the last completed sweep over the whole table began; nil before the first.
  func lastSweep() async throws -> Date?

  /// Takes the one lease for runs, or prolongs it where `lease.run` holds it already.
  ///
  /// - Returns: nil when it is ours now; otherwise the live lease of another.
  func acquire(_ lease: RunLease) async throws -> RunLease?

  /// The lease that keeps runs from starting; nil where none does.
  func lease() async throws -> RunLease?

  /// Gives the lease back; without effect where `run` does not hold it.
  func release(run: String) async throws

  /// As for the table.
  func revision() async throws -> Int64?
}

/// The right to be the one run under way, until it expires.
public struct RunLease: Sendable, Equatable, Codable {
  public let run: String
  /// Who works, for a person: a host and process, or a job.
  public let holder: String
  public let expires: Date

  public init(run: String, holder: String, expires: Date) {
    self.run = run
    self.holder = holder
    self.expires = expires
  }
}

// MARK: - Logs

public protocol JobLogs: Sendable {
  /// Lines of one attempt after `cursor`.
  ///
  /// - Parameters:
  ///   - attempt: nil for the newest.
  ///   - cursor: nil for the last `limit` lines; then what the last page gave.
  ///   - limit: lines in the answer, at most.
  func lines(job: String, attempt: Int?, after cursor: String?, limit: Int) async throws -> LogPage

  /// How long after a job's end its last lines may still come.
  var lag: Duration { get }
}

public struct LogPage: Sendable, Equatable {
  public var lines: [LogLine]
  /// Where to go on.
  public var cursor: String
  /// The attempt these lines are of.
  public var attempt: Int
  /// Lines before the first of these, of a page without a cursor.
  public var skipped: Int

  public init(lines: [LogLine], cursor: String, attempt: Int, skipped: Int = 0) {
    self.lines = lines
    self.cursor = cursor
    self.attempt = attempt
    self.skipped = skipped
  }
}

public struct LogLine: Sendable, Equatable {
  public let time: Date?
  /// One line as it was logged, not cleaned.
  public let text: String

  public init(time: Date?, text: String) {
    self.time = time
    self.text = text
  }
}
