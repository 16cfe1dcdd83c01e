import FoundationEssentials
import MirrorCore
import OCIRegistry
import Support
import Terminal

/// One row of the jobs view.
struct JobRow: ListRow, Equatable {
  let job: Job
  /// When it was read: what has not stopped is taken to have run until then.
  let read: Date?
  let search: [UInt8]

  var id: String { job.id }

  init(_ job: Job, read: Date? = nil) {
    self.job = job
    self.read = read
    let images = job.images.flatMap { [$0.source] + $0.destinations }
    let parts = [job.id, job.name, job.state.word, job.reason ?? ""] + images
    search = Array(parts.joined(separator: "\n").lowercased().utf8)
  }

  var about: Subject { Subject(opens: .job(id), copied: job.source, job: id) }

  var summary: RowSummary {
    let hasFailed = job.state == .failed
    return RowSummary(
      what: job.title, to: job.destinations, why: job.reason ?? "",
      remedy: hasFailed ? "l shows why; R retries" : "", role: hasFailed ? .bad : .plain)
  }

  func value(of field: String) -> String? {
    switch field {
    case "state": job.state.word
    case "origin": job.origin.word
    default: nil
    }
  }

  func text(of field: String) -> [UInt8]? {
    guard field == "registry" else { return nil }
    let hosts = Set(job.images.flatMap { [$0.source.registry] + $0.destinations.map(\.registry) })
    return Array(hosts.sorted().joined(separator: "\n").lowercased().utf8)
  }

  func date(of field: String) -> Date? { field == "age" ? job.created : nil }

  static let fields: [String: FilterField] = [
    "state": .words(JobState.allWords), "origin": .words(JobOrigin.allCases.map(\.word)),
    "registry": .text, "age": .age,
  ]

  /// How long it has run, or ran; nil before it starts.
  private var duration: Duration? {
    job.started.map { (job.stopped ?? read ?? $0).since($0) }
  }

  static let columns: [Column<JobRow>] = [
    Column(
      "CREATED", 7...7, priority: 60, key: "E", isRight: true, startsDescending: true,
      order: { .number($0.rank) },
      cell: { row, _, brush in Span(brush.age(row.job.created), .faint) }),
    Column(
      "STATE", 9...9, priority: 90, key: "S", order: { .text($0.job.state.word) },
      cell: { row, _, _ in Span(row.job.state.word, row.job.state.role) }),
    Column(
      "ORIGIN", 6...6, priority: 30, key: "N", order: { .text($0.job.origin.word) },
      cell: { row, _, _ in Span(row.job.origin.word, .faint) }),
    .references("SOURCE", 36...110, priority: 100, key: "O") { $0.job.title },
    Column(
      "DESTINATION", 14...80, priority: 35, key: "A", cut: .middle, measure: { $0.destinationText(nil).utf8.count },
      order: { .text($0.destinationText(nil)) },
      cell: { row, width, brush in Span(row.destinationText(width, brush.symbols.ellipsis)) }),
    Column(
      "ATTEMPT", 7...7, priority: 40, key: "P", isRight: true, startsDescending: true,
      order: { .number(Double($0.job.attempts.count)) },
      cell: { row, _, _ in Span(String(row.job.attempts.count), row.job.attempts.count > 1 ? .warning : .faint) }),
    Column(
      "TOOK", 6...6, priority: 45, key: "T", isRight: true, startsDescending: true,
      order: { .number($0.duration?.seconds ?? -1) },
      cell: { row, _, brush in Span(row.took(&brush), .faint) }),
    Column(
      "REASON", 18...90, priority: 70, measure: { max($0.job.reason?.utf8.count ?? 0, 18) },
      cell: { row, width, brush in
        if row.job.state == .running, let progress = row.job.progress {
          return Span(progress.bar(min(width, 40), brush.symbols), .busy)
        }
        return Span(row.job.reason ?? "", row.job.state == .failed ? .plain : .faint)
      }),
  ]

  /// - Parameter width: nil for the whole text.
  private func destinationText(_ width: Int?, _ ellipsis: Character = "…") -> String {
    let others = job.destinations.count - 1
    let more = others > 0 ? " +\(others)" : ""
    let first = job.destinations.first ?? ""
    return (width.map { ShortReference.make(first, width: max($0 - more.utf8.count, 0), ellipsis: ellipsis) } ?? first)
      + more
  }

  /// Largest first: what is at work, what waits, then what ended; of each the newest first.
  private var rank: Double {
    let isAtWork = job.state == .running || job.state == .starting
    return (isAtWork ? 4e12 : job.state.isLive ? 2e12 : 0) + job.created.timeIntervalSince1970
  }

  private func took(_ brush: inout Brush) -> String {
    guard let started = job.started else { return brush.symbols.nothing }
    return job.stopped.map { $0.since(started).precise } ?? brush.age(started)
  }
}
