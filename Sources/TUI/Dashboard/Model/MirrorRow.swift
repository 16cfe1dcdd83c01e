import FoundationEssentials
import MirrorCore
import OCIRegistry
import Support

/// One row of the mirrors view: a mirror, or a row of the table that cannot be read.
struct MirrorRow: ListRow, Equatable {
  let id: String
  /// nil for a row that cannot be read.
  let status: MirrorStatus?
  let unreadable: UnreadableRow?
  let search: [UInt8]
  /// The index of the destination whose state matters most: the one a single line shows.
  private let worst: Int

  init(_ status: MirrorStatus) {
    id = status.id
    self.status = status
    unreadable = nil
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
    status = nil
    unreadable = row
    worst = 0
    search = Array("\(row.source)\n\(row.reason)\nunreadable".lowercased().utf8)
  }

  /// The destination a single line is about.
  var destination: DestinationStatus? {
    status.flatMap { $0.destinations.indices.contains(worst) ? $0.destinations[worst] : nil }
  }

  var state: DestinationState? { destination?.state }

  /// The word of the state column.
  var word: String { state?.rawValue ?? "unreadable" }

  var progress: JobProgress? { destination?.progress }

  /// Why it is as it is, where that needs saying.
  var note: String { unreadable?.reason ?? destination?.error ?? "" }

  /// The live job, else the last.
  var job: String? {
    guard let status else { return nil }
    let live = status.destinations.first { $0.state == .copying } ?? status.destinations.first { $0.state == .queued }
    return (live ?? destination)?.job
  }

  var hasLiveJob: Bool {
    status?.destinations.contains { $0.state == .copying || $0.state == .queued } ?? false
  }

  func value(of field: String) -> String? {
    field == "state" ? word : nil
  }

  static let fields = ["state": DestinationState.allCases.map(\.rawValue) + ["unreadable"]]
}
