import FoundationEssentials
import MirrorCore
import Support
import Terminal

/// One row of the runs view: a finished sweep over the whole table.
struct RunRow: ListRow, Equatable {
  let record: RunRecord
  let search: [UInt8]

  /// The same as that of its row in the history.
  var id: String { HistoryRow.id(of: record) }

  init(_ record: RunRecord) {
    self.record = record
    let parts = [record.id, record.kind.rawValue, HistoryItem.run(record).result]
    search = Array(parts.joined(separator: "\n").lowercased().utf8)
  }

  var about: Subject { Subject(opens: .record(id), copied: record.id) }

  var summary: RowSummary {
    RowSummary(
      what: "run \(record.id)", why: HistoryItem.run(record).result,
      remedy: record.error == nil ? "" : "fix what it names; R starts a run", role: record.error == nil ? .plain : .bad
    )
  }

  /// Destinations that were found out of step.
  var drift: Int {
    record.found.reduce(0) { sum, found in
      sum.plus(DestinationState(rawValue: found.key)?.isDrift == true ? max(found.value, 0) : 0)
    }
  }

  func value(of field: String) -> String? {
    switch field {
    case "kind": record.kind.rawValue
    case "result": record.error == nil ? "ok" : "failed"
    default: nil
    }
  }

  func date(of field: String) -> Date? { field == "age" ? record.started : nil }

  static let fields: [String: FilterField] = [
    "kind": .words(RunRecord.Kind.allCases.map(\.rawValue)), "result": .words(["ok", "failed"]), "age": .age,
  ]

  static let columns: [Column<RunRow>] = [
    Column(
      "BEGAN", 6...6, priority: 80, key: "E", isRight: true, startsDescending: true,
      order: { .number($0.record.started.timeIntervalSince1970) },
      cell: { row, _, brush in Span(brush.age(row.record.started), .faint) }),
    Column(
      "KIND", 5...5, priority: 70, key: "N", order: { .text($0.record.kind.rawValue) },
      cell: { row, _, _ in Span(row.record.kind.rawValue) }),
    Column(
      "MIRRORS", 8...8, priority: 60, key: "S", isRight: true, startsDescending: true,
      order: { .number(Double($0.record.mirrors)) }, cell: { row, _, _ in Span(String(row.record.mirrors)) }),
    Column(
      "DRIFT", 6...6, priority: 95, key: "F", isRight: true, startsDescending: true,
      order: { .number(Double($0.drift)) },
      cell: { row, _, _ in Span(String(row.drift), row.drift > 0 ? .warning : .good) }),
    Column(
      "JOBS", 6...6, priority: 75, key: "J", isRight: true, startsDescending: true,
      order: { .number(Double($0.record.submitted)) }, cell: { row, _, _ in Span(String(row.record.submitted)) }),
    Column(
      "TOOK", 6...6, priority: 40, key: "O", isRight: true, startsDescending: true,
      order: { .number($0.record.finished.since($0.record.started).seconds) },
      cell: { row, _, _ in Span(row.record.finished.since(row.record.started).precise, .faint) }),
    Column(
      "FOUND", 16...90, priority: 90, measure: { HistoryItem.run($0.record).result.utf8.count },
      cell: { row, _, _ in Span(HistoryItem.run(row.record).result, row.record.error == nil ? .plain : .bad) }),
    Column(
      "RUN", 21...21, priority: 30, order: { .text($0.record.id) }, cell: { row, _, _ in Span(row.record.id, .faint) }),
  ]
}
