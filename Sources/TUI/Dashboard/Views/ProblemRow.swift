import FoundationEssentials
import MirrorCore
import OCIRegistry
import Support
import Terminal

/// Something that a person has to look at, and what can be done about it.
struct ProblemRow: ListRow, Equatable {
  let id: String
  let kind: ProblemKind
  /// What it is about: a reference, a job, a registry.
  let subject: String
  var since: Date?
  /// Why, in the words of whoever said so.
  let reason: String
  let advice: String
  /// Where to see more.
  let place: Place
  /// The row of the table it concerns.
  var mirror: String?
  /// What it comes of, where others may come of the same.
  var cause: ProblemCause?

  /// Worse ones are higher: a registry that fails as a whole comes before what is wrong with any mirror.
  var weight: Int { kind.weight + (cause?.isRegistrys == true ? 50 : 0) }

  /// What the dashboard can do about it; nil where a person has to do something elsewhere.
  var remedy: Operation? { MissingRepository(reason: reason) == nil ? kind.remedy : .createRepository }

  var word: String { kind.word }
  var role: Role { kind.severity.role }

  var search: [UInt8] {
    Array([subject, word, reason, advice, mirror ?? "", cause?.title ?? ""].joined(separator: "\n").lowercased().utf8)
  }

  var about: Subject {
    Subject(opens: place, copied: subject, mirror: mirror, job: place.view == .job ? place.id : nil)
  }

  var summary: RowSummary {
    let isDestination = mirror != nil && mirror != subject
    return RowSummary(
      what: mirror ?? subject, to: isDestination ? [subject] : [], why: reason, remedy: advice, role: role)
  }

  func value(of field: String) -> String? { field == "state" ? word : nil }
  func text(of field: String) -> [UInt8]? {
    field == "registry"
      ? Array([subject.registry, mirror?.registry ?? ""].joined(separator: "\n").lowercased().utf8) : nil
  }
  func date(of field: String) -> Date? { field == "age" ? since : nil }

  static let fields: [String: FilterField] = ["state": .words(ProblemKind.words), "registry": .text, "age": .age]

  static let columns: [Column<ProblemRow>] = [
    Column(
      "PROBLEM", 10...14, priority: 95, key: "O", isFitted: true, startsDescending: true,
      measure: { $0.word.utf8.count },
      order: { .number(Double($0.weight)) }, cell: { row, _, _ in Span(row.word, row.role) }),
    .references("WHAT", 30...110, priority: 100, key: "H") { $0.subject },
    Column(
      "SINCE", 5...5, priority: 60, key: "E", isRight: true, startsDescending: true,
      order: { .number($0.since?.timeIntervalSince1970 ?? 0) },
      cell: { row, _, brush in Span(brush.age(row.since), .faint) }),
    Column(
      "WHAT TO DO", 14...60, priority: 80, measure: { $0.advice.utf8.count }, order: { .text($0.advice) },
      cell: { row, _, _ in Span(row.advice) }),
    Column(
      "WHY", 14...90, priority: 70, measure: { $0.reason.utf8.count }, order: { .text($0.reason) },
      cell: { row, _, _ in Span(row.reason, .faint) }),
  ]
}

extension ProblemRow {
  /// Those of one cause are one line, which unfolds to them.
  static let byCause = Grouping<ProblemRow>(
    name: "cause", key: { $0.cause?.title }, order: .byFirst, least: 3, isFoldedAtFirst: true,
    since: { $0.since },
    summary: { rows in
      guard let worst = rows.max(by: { $0.kind.weight < $1.kind.weight }) else { return [] }
      return [Span("  \(worst.word)", worst.role), Span("  \(worst.advice)")]
    })

  /// How many things there are to mend.
  static func causes(of rows: [ProblemRow]) -> Int {
    let counts = Dictionary(grouping: rows.compactMap(\.cause?.title), by: \.self).mapValues(\.count)
    let merged = counts.values.filter { $0 >= byCause.least }.reduce(0) { $0 + $1 - 1 }
    return rows.count - merged
  }

  /// What keeps the whole installation from being read.
  static func of(_ failure: Failure, of installation: String, since: Date) -> ProblemRow {
    ProblemRow(
      id: "installation", kind: .installation(failure.cause), subject: installation, since: since,
      reason: failure.reason, advice: failure.advice ?? "see why", place: .messages)
  }

  /// What is wrong with a row of the table.
  static func of(_ row: MirrorRow) -> [ProblemRow] {
    if let unreadable = row.unreadable {
      return [
        ProblemRow(
          id: "row \(row.id)", kind: .unreadable, subject: row.id, reason: unreadable.reason,
          advice: UnreadableRow.advice, place: .mirror(row.id), mirror: row.id,
          cause: ProblemCause(title: "rows that cannot be read", isRegistrys: false))
      ]
    }
    return (row.status?.destinations ?? []).filter(\.state.isProblem).map { destination in
      ProblemRow(
        id: "destination \(row.id) \(destination.reference)", kind: .destination(destination.state),
        subject: destination.state == .sourceMissing ? destination.source : destination.reference,
        since: destination.since, reason: destination.error ?? destination.state.meaning,
        advice: destination.advice, place: .mirror(row.id), mirror: row.id, cause: ProblemCause(destination))
    }
  }

  /// A job that waits for longer than is usual.
  static func of(_ job: Job, now: Date) -> ProblemRow? {
    guard job.state.isStuck(since: job.created, at: now) else { return nil }
    return ProblemRow(
      id: "job \(job.id)", kind: .stuck, subject: job.title, since: job.created,
      reason: job.reason ?? "the job \(job.name) has been \(job.state.word) for a long time",
      advice: "check that a worker is running; K cancels", place: .job(job.id),
      cause: ProblemCause(title: "stuck jobs", isRegistrys: false))
  }

  static func of(_ row: RegistryRow, now: Date) -> ProblemRow? {
    guard let status = row.status, !row.isFine else { return nil }
    let isThrottled = status.blockedUntil.map { $0 > now } ?? false
    guard isThrottled || status.lastError != nil else { return nil }
    return ProblemRow(
      id: "registry \(row.id)", kind: isThrottled ? .throttled : .registry, subject: row.id, reason: row.state,
      advice: isThrottled ? "wait, or sign in for a higher limit" : "check that it can be reached",
      place: .registry(row.id),
      cause: (isThrottled ? .throttled(row.id) : status.trouble).map(ProblemCause.init))
  }

  /// The last run, where it ended early.
  static func of(_ run: RunRow) -> ProblemRow? {
    guard let error = run.record.error else { return nil }
    return ProblemRow(
      id: run.id, kind: .run, subject: run.record.id, since: run.record.finished,
      reason: error,
      advice: "fix what it names; R starts a run", place: .record(run.id))
  }
}

extension UnreadableRow {
  static let advice = "fix the row with the tool that wrote it"
}

extension DestinationStatus {
  /// What a person can do about it.
  var advice: String { missingRepository == nil ? state.advice : "n creates the repository, and mirrors" }
}

extension DestinationState {
  /// What a person can do about it.
  var advice: String {
    switch self {
    case .failed: "l shows why; m retries"
    case .deferred: "runs retry then; m retries now"
    case .blocked: "allow overwriting or use another tag, then m"
    case .contested: "D deletes, e edits or disables one of the two, then c"
    case .sourceMissing: "e edits the mirror, D deletes it"
    case .unreachable: "check registry and sign-in; c checks again"
    case .inSync, .drifted, .missing, .queued, .copying, .unknown, .disabled, .expired: "m mirrors it"
    }
  }
}
