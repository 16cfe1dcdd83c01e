import FoundationEssentials
import MirrorCore
import Support
import Terminal

/// One row of the history view: a finished job or run.
struct HistoryRow: ListRow, Equatable {
  let item: HistoryItem
  let id: String
  let search: [UInt8]

  init(_ item: HistoryItem) {
    self.item = item
    let parts: [String]
    id = Self.id(of: item)
    switch item {
    case .job(let record):
      parts = [record.source, record.job, record.error ?? ""] + record.destinations.map(\.reference)
    case .run(let record):
      parts = [record.id, record.error ?? ""] + record.found.keys.sorted()
    }
    search = Array((parts + [item.kind, item.result]).joined(separator: "\n").lowercased().utf8)
  }

  static func id(of item: HistoryItem) -> String {
    switch item {
    // A job with several images has a record of each.
    case .job(let record): "job \(record.job) \(record.source)"
    case .run(let record): id(of: record)
    }
  }

  static func id(of run: RunRecord) -> String { "run \(run.id)" }

  var about: Subject { Subject(opens: .record(id), copied: item.subject, job: item.job, image: item.image) }

  var summary: RowSummary {
    let destinations: [String] = if case .job(let record) = item { record.destinations.map(\.reference) } else { [] }
    return RowSummary(
      what: item.subject, to: destinations, why: item.result, remedy: item.isGood ? "" : "Enter shows details",
      role: item.isGood ? .plain : item.role)
  }

  func value(of field: String) -> String? {
    switch field {
    case "kind": item.kind
    case "result": item.isGood ? "ok" : item.isCancelled ? "cancelled" : "failed"
    default: nil
    }
  }

  func date(of field: String) -> Date? { field == "age" ? item.at : nil }

  static let fields: [String: FilterField] = [
    "kind": .words(["job"] + RunRecord.Kind.allCases.map(\.rawValue)), "result": .words(["ok", "failed", "cancelled"]),
    "age": .age,
  ]

  static let columns: [Column<HistoryRow>] = [
    Column(
      "ENDED", 6...6, priority: 80, key: "E", isRight: true, startsDescending: true,
      order: { .number($0.item.at.timeIntervalSince1970) },
      cell: { row, _, brush in Span(brush.age(row.item.at), .faint) }),
    Column(
      "KIND", 5...5, priority: 70, key: "N", order: { .text($0.item.kind) },
      cell: { row, _, _ in Span(row.item.kind) }),
    .references("WHAT", 36...110, priority: 100, key: "H") { $0.item.subject },
    Column(
      "TOOK", 6...6, priority: 40, key: "O", isRight: true, startsDescending: true,
      order: { .number($0.item.duration.seconds) },
      cell: { row, _, _ in Span(row.item.duration.precise, .faint) }),
    Column(
      "RESULT", 16...90, priority: 90, key: "L", measure: { $0.item.result.utf8.count },
      order: { .text($0.item.result) }, cell: { row, _, _ in Span(row.item.result, row.item.role) }),
  ]
}

extension HistoryItem {
  /// `job`, `run`, `adhoc` or `check`.
  var kind: String {
    switch self {
    case .job: "job"
    case .run(let record): record.kind.rawValue
    }
  }

  /// What it was about: a source, or how many mirrors.
  var subject: String {
    switch self {
    case .job(let record): record.source
    case .run(let record): counted(record.mirrors, "mirror")
    }
  }

  var started: Date {
    switch self {
    case .job(let record): record.started
    case .run(let record): record.started
    }
  }

  var duration: Duration { at.since(started) }

  var isGood: Bool {
    switch self {
    case .job(let record): record.succeeded
    case .run(let record): record.error == nil
    }
  }

  /// Whether a person stopped it.
  var isCancelled: Bool { if case .job(let record) = self { record.isCancelled } else { false } }

  var role: Role { isGood ? .good : isCancelled ? .plain : .bad }

  /// What came of it, in a few words.
  var result: String {
    switch self {
    case .job(let record):
      let counts = Dictionary(grouping: record.destinations, by: \.outcome).mapValues(\.count)
      let words = [DestinationRecord.Outcome.copied, .tagged, .skipped, .deferred, .blocked, .failed, .cancelled]
        .compactMap {
          outcome in
          counts[outcome].map { "\(outcome.rawValue) \($0)" }
        }
      let summary = words.isEmpty ? (record.succeeded ? "nothing to do" : "failed") : words.joined(separator: ", ")
      // That is all there is to say, but for by whom.
      if record.isCancelled, counts.count == 1 { return record.error?.masked ?? summary }
      return record.error.map { "\(summary): \($0.masked)" } ?? summary
    case .run(let record):
      if let error = record.error { return error.masked }
      let found = record.found.sorted { $0.key < $1.key }.filter { $0.value > 0 }.map { "\($0.key) \($0.value)" }
      let jobs = record.submitted > 0 ? "; \(counted(record.submitted, "job")) queued" : ""
      return (found.isEmpty ? "found nothing" : found.joined(separator: ", ")) + jobs
    }
  }
}

extension HistoryItem {
  /// The source of what the job copied; nil for a run.
  var image: String? {
    if case .job(let record) = self { return record.source }
    return nil
  }

  /// The job's id; nil for a run.
  var job: String? {
    if case .job(let record) = self { return record.job }
    return nil
  }
}
