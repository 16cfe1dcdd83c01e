import FoundationEssentials
import MirrorCore
import OCIRegistry
import Support
import Terminal

/// One row of the registries view: what this dashboard saw of a registry, and how many mirrors touch it.
struct RegistryRow: ListRow, Equatable {
  /// Its name.
  let id: String
  /// Mirrors that copy from it, and destinations on it.
  var use = RegistryUse()
  /// nil where nothing was asked of it yet.
  var status: RegistryStatus?
  var signIn: SignIn?

  var about: Subject { Subject(opens: .registry(id), copied: id) }

  var summary: RowSummary {
    RowSummary(what: id, why: state, role: isFine ? .plain : .bad)
  }

  var search: [UInt8] { Array([id, state, signIn?.text ?? ""].joined(separator: "\n").lowercased().utf8) }

  /// In a word or a sentence.
  var state: String {
    guard let status else { return "not checked yet" }
    if let until = status.blockedUntil { return "throttled until \(until.rfc3339)" }
    return status.lastError ?? "ok"
  }

  var isFine: Bool { status.map { $0.lastError == nil && $0.blockedUntil == nil } ?? true }

  /// Pulls left of how many: `87/100`; nil where the registry names no budget.
  var pulls: String? {
    guard let left = status?.remaining?.count else { return nil }
    return status?.limit.map { "\(left)/\($0.count)" } ?? "\(left)"
  }

  static let fields: [String: FilterField] = [:]

  static let columns: [Column<RegistryRow>] = [
    Column(
      "REGISTRY", 16...60, priority: 100, key: "Y", cut: .start, measure: { $0.id.utf8.count }, order: { .text($0.id) },
      cell: { row, _, _ in Span(row.id) }),
    Column(
      "AS SOURCE", 9...9, priority: 60, key: "O", isRight: true, startsDescending: true,
      order: { .number(Double($0.use.sources)) }, cell: { row, _, _ in Span(String(row.use.sources)) }),
    Column(
      "AS DEST", 7...7, priority: 60, key: "T", isRight: true, startsDescending: true,
      order: { .number(Double($0.use.destinations)) }, cell: { row, _, _ in Span(String(row.use.destinations)) }),
    Column(
      "REQUESTS", 8...8, priority: 50, key: "Q", isRight: true, startsDescending: true,
      order: { .number(Double($0.status?.requests ?? 0)) },
      cell: { row, _, _ in Span(String(row.status?.requests ?? 0)) }),
    Column(
      "PULLS LEFT", 10...10, priority: 95, key: "L", isRight: true,
      order: { .number(Double($0.status?.remaining?.count ?? .max)) },
      cell: { row, _, brush in
        Span(row.pulls ?? brush.symbols.nothing, row.status?.hasFewPulls == true ? .warning : .plain)
      }),
    Column(
      "RESETS", 8...8, priority: 70, key: "E", isRight: true,
      order: { .number($0.status?.resetsAt?.timeIntervalSince1970 ?? .infinity) },
      cell: { row, _, brush in Span(brush.end(row.status?.resetsAt), .faint) }),
    Column(
      "THROTTLED", 9...9, priority: 40, key: "H", isRight: true, startsDescending: true,
      order: { .number(Double($0.status?.throttled ?? 0)) },
      cell: { row, _, _ in
        Span(String(row.status?.throttled ?? 0), (row.status?.throttled ?? 0) > 0 ? .warning : .plain)
      }),
    Column(
      "SIGN-IN", 9...30, priority: 80, key: "N", measure: { $0.signIn?.text.utf8.count ?? 0 },
      order: { .text($0.signIn?.text ?? "") },
      cell: { row, _, brush in
        if case .failed = row.signIn { return Span(row.signIn?.text ?? "", .bad) }
        return Span(row.signIn?.text ?? brush.symbols.nothing, .faint)
      }),
    Column(
      "STATE", 12...90, priority: 90, key: "S", measure: { $0.state.utf8.count }, order: { .text($0.state) },
      cell: { row, _, _ in Span(row.state, row.status == nil ? .faint : row.isFine ? .good : .bad) }),
  ]
}

/// How many mirrors touch a registry.
struct RegistryUse: Sendable, Equatable {
  var sources = 0
  var destinations = 0
  /// A repository there, to ask for credentials with.
  var repository = ""
}
