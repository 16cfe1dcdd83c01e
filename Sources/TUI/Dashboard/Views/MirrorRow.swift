import FoundationEssentials
import MirrorCore
import OCIRegistry
import Support

/// One row of the mirrors view: a mirror, or a row of the table that cannot be read.
///
/// Whoever lists it holds the same one: a table of mirrors is in memory once.
final class MirrorRow: ListRow, Equatable {
  let id: String
  private let content: Content
  let search: [UInt8]
  /// The index of the destination whose state matters most: the one a single line shows.
  private let worst: Int

  init(_ status: MirrorStatus) {
    id = status.id
    content = .readable(status)
    let destinations = status.destinations
    worst = destinations.indices.max { destinations[$0].state.weight < destinations[$1].state.weight } ?? 0
    var text = status.id
    for destination in destinations {
      text += "\n" + destination.reference
      if let error = destination.error { text += "\n" + error }
    }
    text += "\n" + status.state.rawValue
    search = Array(text.lowercased().utf8)
  }

  init(_ row: UnreadableRow) {
    id = row.source
    content = .unreadable(row)
    worst = 0
    search = Array("\(row.source)\n\(row.reason)\n\(UnreadableRow.word)".lowercased().utf8)
  }

  static func == (one: MirrorRow, other: MirrorRow) -> Bool {
    one === other || one.content == other.content
  }

  private enum Content: Sendable, Equatable {
    case readable(MirrorStatus)
    case unreadable(UnreadableRow)
  }

  /// nil for a row that cannot be read.
  var status: MirrorStatus? { if case .readable(let status) = content { status } else { nil } }

  var unreadable: UnreadableRow? { if case .unreadable(let row) = content { row } else { nil } }

  /// The destination a single line is about.
  var destination: DestinationStatus? {
    status.flatMap { $0.destinations.indices.contains(worst) ? $0.destinations[worst] : nil }
  }

  var state: DestinationState? { destination?.state }

  /// The word of the state column.
  var word: String { state?.rawValue ?? UnreadableRow.word }

  var progress: JobProgress? { destination?.progress }

  /// Why it is as it is, where that needs saying.
  var note: String { unreadable?.reason ?? destination?.error ?? "" }

  /// The live job, else the last.
  var job: String? {
    guard let status else { return nil }
    let live = status.destinations.first { $0.state == .copying } ?? status.destinations.first { $0.state == .queued }
    return (live ?? destination)?.job
  }

  var about: Subject { Subject(opens: .mirror(id), copied: id, mirror: id, job: job) }

  var summary: RowSummary {
    guard let status else {
      return RowSummary(what: id, why: note, remedy: UnreadableRow.advice, role: UnreadableRow.severity.role)
    }
    guard let state, state.isProblem else {
      return RowSummary(what: id, to: status.destinations.prefix(9).map(\.reference), why: note)
    }
    // That which is in trouble comes first.
    let others = status.destinations.prefix(9).map(\.reference).filter { $0 != destination?.reference }
    return RowSummary(
      what: id, to: [destination?.reference ?? ""] + others, why: note.isEmpty ? state.meaning : note,
      remedy: destination?.advice ?? state.advice, role: state.role)
  }

  func value(of field: String) -> String? {
    field == "state" ? word : nil
  }

  func text(of field: String) -> [UInt8]? {
    field == "registry" ? registries : nil
  }

  /// The registries it copies from and to, one a line. A host is in lower case.
  private var registries: [UInt8] {
    status?.destinations.reduce(into: []) { text, destination in
      for reference in [destination.source, destination.reference] {
        text += reference.utf8.prefix { $0 != UInt8(ascii: "/") }
        text.append(UInt8(ascii: "\n"))
      }
    } ?? []
  }

  func date(of field: String) -> Date? {
    switch field {
    case "age": destination?.since
    case "checked": status?.checkedAt
    default: nil
    }
  }

  static let fields: [String: FilterField] = [
    "state": .words(DestinationState.allCases.map(\.rawValue) + [UnreadableRow.word]), "registry": .text, "age": .age,
    "checked": .age,
  ]

  static let groupings: [Grouping<MirrorRow>] = [
    Grouping(name: "repository", key: { $0.repository }, summary: summary),
    Grouping(name: "registry", key: { $0.repository.registry }, summary: summary),
  ]

  /// The source without its tag: in full, where the row can be read.
  private var repository: String { (status?.destinations.first?.source ?? id).repository }

  /// How many of the mirrors are in which state, the worst first.
  private static func summary(_ rows: [MirrorRow]) -> [Span] {
    let counts = Dictionary(grouping: rows, by: \.state).mapValues(\.count)
    let known = DestinationState.allCases.sorted { $0.weight > $1.weight }.flatMap { state in
      counts[state].map { [Span("  \(state.rawValue)", state.role), Span(" \($0)")] } ?? []
    }
    return (counts[nil].map { [Span("  \(UnreadableRow.word)", UnreadableRow.severity.role), Span(" \($0)")] } ?? [])
      + known
  }
}
