import FoundationEssentials
import MirrorCore
import Support
import Terminal

/// One row of the activity view: a job at work, one that waits, or one that ended lately.
struct ActivityRow: ListRow, Equatable {
  let row: JobRow
  /// Of a copy under way.
  let pace: CopyPace?

  var job: Job { row.job }
  var id: String { row.id }
  var search: [UInt8] { row.search }
  var about: Subject { row.about }
  var summary: RowSummary { row.summary }

  func value(of field: String) -> String? { row.value(of: field) }
  func text(of field: String) -> [UInt8]? { row.text(of: field) }
  func date(of field: String) -> Date? { row.date(of: field) }

  static let fields = JobRow.fields

  /// Jobs that ended, at most.
  private static let mostEnded = 50

  /// Of the jobs as they were read, and what was known of them before. A look at a job's progress counts once, however
  /// often rows are made of it.
  static func rows(of jobs: [JobRow], before: [ActivityRow]) -> [ActivityRow] {
    let paces = Dictionary(before.map { ($0.id, $0.pace) }, uniquingKeysWith: { first, _ in first })
    let ended = jobs.filter { !$0.job.state.isLive }.sorted { moment(of: $0.job) > moment(of: $1.job) }
    return (jobs.filter(\.job.state.isLive) + ended.prefix(mostEnded)).map { row in
      guard row.job.state == .running, let progress = row.job.progress, let read = row.read else {
        return ActivityRow(row: row, pace: nil)
      }
      let pace = paces[row.id].flatMap(\.self)?.looked(progress, at: read) ?? CopyPace(progress, at: read)
      return ActivityRow(row: row, pace: pace)
    }
  }

  /// When it came into the state it is in, as far as that is known.
  private static func moment(of job: Job) -> Date { job.stopped ?? job.started ?? job.created }

  private var moment: Date { Self.moment(of: job) }

  /// Largest first: what is at work, what waits, then what ended; of those that live the oldest come first, of the others
  /// the newest, so that each that ends goes below the former and moves the latter down.
  private var rank: Double {
    let time = moment.timeIntervalSince1970
    if !job.state.isLive { return time }
    return (job.state == .running || job.state == .starting ? 4e12 : 2e12) - time
  }

  static let columns: [Column<ActivityRow>] = [
    Column(
      "SINCE", 6...6, priority: 60, key: "E", isRight: true, startsDescending: true, order: { .number($0.rank) },
      cell: { row, _, brush in Span(brush.age(row.moment), .faint) }),
    Column(
      "STATE", 9...9, priority: 80, key: "S", order: { .text($0.job.state.word) },
      cell: { row, _, _ in Span(row.job.state.word, row.job.state.role) }),
    .references("IMAGE", 14...110, priority: 100, key: "A") { $0.job.title },
    Column(
      "PROGRESS", 16...60, priority: 90, measure: { max($0.outcome.utf8.count, 30) },
      cell: { row, width, brush in
        if row.job.state == .running, let progress = row.job.progress {
          return Span(progress.bar(min(width, 40), brush.symbols), .busy)
        }
        return Span(row.outcome, row.job.state == .failed ? .plain : .faint)
      }),
    Column(
      "RATE", 11...11, priority: 70, key: "T", isRight: true, startsDescending: true,
      order: { .number($0.row.read.flatMap($0.rate) ?? -1) },
      cell: { row, _, brush in
        guard row.job.state == .running else { return Span("") }
        if let date = row.pace?.nextChange(after: brush.now) { brush.expectChange(at: date) }
        return Span(row.rate(at: brush.now)?.perSecond ?? brush.symbols.nothing, .faint)
      }),
    Column(
      "TREND", CopyPace.mostRates...CopyPace.mostRates, priority: 40,
      cell: { row, width, brush in
        // In words it would say nothing that the rate does not.
        let isDrawn = row.job.state == .running && width <= CopyPace.mostRates
        return Span(isDrawn ? brush.symbols.sparkline(row.pace?.rates ?? []) : "", .busy)
      }),
    Column(
      "LEFT", 5...5, priority: 75, key: "F", isRight: true,
      order: { .number($0.row.read.flatMap($0.left)?.seconds ?? .infinity) },
      cell: { row, _, brush in
        guard row.job.state == .running else { return Span("") }
        return Span(row.left(at: brush.now)?.brief ?? brush.symbols.nothing)
      }),
  ]

  /// What became of it, or why it waits.
  private var outcome: String {
    if job.state == .succeeded, let started = job.started, let stopped = job.stopped {
      return "took \(stopped.since(started).precise)"
    }
    return job.reason ?? ""
  }

  /// Bytes a second; nil where that is not known.
  func rate(at now: Date) -> Double? { pace?.rate(at: now) }

  func left(at now: Date) -> Duration? {
    job.progress.flatMap { pace?.left(of: $0, at: now) }
  }
}
