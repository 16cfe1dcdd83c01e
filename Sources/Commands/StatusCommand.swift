import ArgumentParser
import FoundationEssentials
import Installation
import MirrorCore
import OCIRegistry
import Support

struct StatusCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "status", abstract: "Show what was last observed, without asking any registry.")

  @ParentCommand var ecrmirror: EcrmirrorCommand

  @Flag(help: "One JSON document.")
  var json = false

  @Flag(help: "A table without colours, in full at any width.")
  var plain = false

  @OptionGroup var width: WideOption

  @Option(
    help: "Only mirrors that match, as in the dashboard: words, !word, /regex/, state:drifted, registry:NAME, age:>1h.")
  var filter: String?

  func run() async throws {
    let filter = try readFilter()
    var snapshot = try await ecrmirror.open().service.snapshot(finishedJobs: 0)
    let known = snapshot.mirrors.count + snapshot.unreadable.count
    if let filter { snapshot = filter(snapshot) }
    if json { return try Console.print(json: StatusDocument(snapshot: snapshot).json) }
    if let text = self.filter, known > 0, snapshot.mirrors.isEmpty, snapshot.unreadable.isEmpty {
      return Console.note("none of \(counted(known, "mirror")) matches \(text)")
    }
    StatusTable(snapshot, palette: plain ? nil : Palette(ecrmirror)).print(isWide: plain || width.wide)
  }

  private func readFilter() throws -> (@Sendable (Snapshot) -> Snapshot)? {
    do {
      return try filter.flatMap { try DashboardAccess.current?.filter($0) }
    } catch {
      throw ValidationError("\(error)")
    }
  }
}

/// The table of `status` and `check`.
struct StatusTable {
  private let snapshot: Snapshot
  private let palette: Palette?
  /// Whether those are left out that are in step, or that nobody looks at.
  private let hasDifferencesOnly: Bool

  init(_ snapshot: Snapshot, palette: Palette?, hasDifferencesOnly: Bool = false) {
    self.snapshot = snapshot
    self.palette = palette
    self.hasDifferencesOnly = hasDifferencesOnly
  }

  /// - Parameter isWide: whether all is printed in full, though the terminal is narrower.
  func print(isWide: Bool) {
    for row in snapshot.unreadable { Console.note("cannot be read: \(row.source): \(row.reason)") }
    if snapshot.mirrors.isEmpty {
      Console.note("no mirrors here; add one with `ecrmirror add SOURCE DESTINATION`")
      return
    }
    let table = table
    let lines = table.lines(width: Console.tableWidth(isWide: isWide), painted: 0, ellipsis: Console.ellipsis)
    if !table.isEmpty { for line in lines { Console.print(line) } }
    Console.note(summary)
  }

  var table: TextTable {
    var table = TextTable(
      .word("STATE"), .reference("SOURCE"), .reference("DESTINATION"), .spare("SOURCE DIGEST"), .spare("DIGEST"),
      .spare("CHECKED"), .note("NOTE"))
    for mirror in snapshot.mirrors {
      for destination in mirror.destinations
      where !hasDifferencesOnly || ![.inSync, .disabled, .expired].contains(destination.state) {
        let (palette, state) = (palette, destination.state)
        table.add(
          state.rawValue, mirror.entry.source, destination.reference, destination.sourceDigest?.short ?? "-",
          destination.digest?.short ?? "-",
          destination.checkedAt.map { snapshot.asOf.since($0).brief + " ago" } ?? "never",
          note(destination), paint: { palette?.paint($0, state.severity) ?? $0 })
      }
    }
    return table
  }

  private func note(_ destination: DestinationStatus) -> String {
    if let fraction = destination.progress?.fraction { return "\(Int(fraction * 100)) %" }
    let error = destination.error ?? ""
    guard let retry = destination.retry else { return error }
    return "next try in \(retry.until.since(snapshot.asOf).brief)" + (error.isEmpty ? "" : ": \(error)")
  }

  private var summary: String {
    let counts = snapshot.summary
    return DestinationState.allCases.compactMap { state in counts[state].map { "\($0) \(state.rawValue)" } }
      .joined(separator: ", ")
  }
}
