import ArgumentParser
import FoundationEssentials
import Installation
import MirrorCore
import OCIRegistry
import Support

struct StatusCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "status", abstract: "Show the results of the last checks, without contacting any registry.")

  @ParentCommand var ecrmirror: EcrmirrorCommand

  @Flag(help: "One JSON document.")
  var json = false

  @Flag(help: "A table without colours, never shortened.")
  var plain = false

  @OptionGroup var width: WideOption

  @Option(
    help: "Only mirrors that match, as in the dashboard: words, !word, /regex/, state:drifted, registry:NAME, age:>1h.")
  var filter: String?

  func run() async throws {
    // The parser gives the option to the first command that has one of its name, wherever it stands.
    let text = self.filter ?? ecrmirror.filter
    let filter = try readFilter(text)
    let service = try await ecrmirror.open(takesFilter: true).service
    if json { return try await print(service, filter) }
    var snapshot = try await service.snapshot(finishedJobs: 0)
    let known = snapshot.mirrors.count + snapshot.unreadable.count
    if let filter { snapshot = filter(snapshot) }
    if let text, known > 0, snapshot.mirrors.isEmpty, snapshot.unreadable.isEmpty {
      return Console.note("none of \(counted(known, "mirror")) matches \(text)")
    }
    StatusTable(snapshot, palette: plain ? nil : Palette(ecrmirror)).print(isWide: plain || width.wide)
  }

  private func print(_ service: MirrorService, _ filter: (@Sendable (Snapshot) -> Snapshot)?) async throws {
    let now = Date.now
    var document = StatusDocument(asOf: now)
    try await service.forEachPage(now: now) { page in document.add(filter?(page) ?? page) }
    document.end()
  }

  private func readFilter(_ text: String?) throws -> (@Sendable (Snapshot) -> Snapshot)? {
    do {
      return try text.flatMap { try DashboardAccess.current?.filter($0) }
    } catch {
      throw ValidationError("\(error)")
    }
  }
}

/// The table of `status` and `check`.
struct StatusTable {
  /// All mirrors, or those at least that are shown.
  private let snapshot: Snapshot
  private let overview: StatusOverview
  private let palette: Palette?
  /// Whether those are left out that are in step, or that nobody looks at.
  private let hasDifferencesOnly: Bool

  /// - Parameter overview: of all mirrors, where the snapshot has not all of them.
  init(
    _ snapshot: Snapshot, palette: Palette?, hasDifferencesOnly: Bool = false, overview: StatusOverview? = nil
  ) {
    self.snapshot = snapshot
    self.overview = overview ?? StatusOverview(snapshot)
    self.palette = palette
    self.hasDifferencesOnly = hasDifferencesOnly
  }

  /// - Parameter isWide: whether all is printed in full, though the terminal is narrower.
  func print(isWide: Bool) {
    for row in snapshot.unreadable { Console.note("cannot be read: \(row.source): \(row.reason)") }
    if overview.mirrors == 0 {
      Console.note("no mirrors yet; add one with `ecrmirror add SOURCE DESTINATION`")
      return
    }
    let width = Console.tableWidth(isWide: isWide)
    var table = table()
    if let width, !table.fits(width), let pattern {
      table = self.table(omitting: pattern)
      let others = table.isEmpty ? false : shown.contains { !pattern.covers($0.destination) }
      Console.note("each goes to \(pattern.words)\(others ? ", unless DESTINATION shows another" : "")")
    }
    let lines = table.lines(width: width, painted: 0, ellipsis: Console.ellipsis)
    if !table.isEmpty { for line in lines { Console.print(line) } }
    Console.note(summary)
  }

  /// Where most rows go, which need not be said with each of them.
  var pattern: DestinationPattern? {
    let pattern = DestinationPattern.recognise(in: overview.sample.lazy.map { Optional($0) })
    // Of several destinations of a row one could not tell which is meant.
    return pattern?.prefixes.count == 1 ? pattern : nil
  }

  private var shown: [(mirror: MirrorStatus, destination: DestinationStatus)] {
    snapshot.mirrors.flatMap { mirror in
      mirror.destinations.filter { !hasDifferencesOnly || $0.differs }.map { (mirror, $0) }
    }
  }

  /// - Parameter pattern: of destinations that are not named.
  func table(omitting pattern: DestinationPattern? = nil) -> TextTable {
    var table = TextTable(
      .word("STATE"), .reference("SOURCE"), .reference("DESTINATION"), .spare("SOURCE DIGEST"), .spare("DIGEST"),
      .spare("CHECKED"), .note("NOTE"))
    for (mirror, destination) in shown {
      let (palette, state) = (palette, destination.state)
      // Of a rule's destinations each has a tag, which stands somewhere.
      let source = pattern == nil || mirror.entry.tags == nil ? mirror.entry.source : destination.source
      table.add(
        state.rawValue, source, pattern?.covers(destination) == true ? "" : destination.reference,
        destination.sourceDigest?.short ?? "-", destination.digest?.short ?? "-",
        destination.checkedAt.map { snapshot.asOf.since($0).brief + " ago" } ?? "never",
        note(destination), paint: { palette?.paint($0, state.severity) ?? $0 })
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
    let counts = overview.summary
    return DestinationState.allCases.compactMap { state in counts[state].map { "\($0) \(state.rawValue)" } }
      .joined(separator: ", ")
  }
}

extension DestinationPattern {
  /// `registry.example.com/mirror/ and its source without the registry`.
  fileprivate var words: String {
    let end =
      switch part {
      case .whole: "its source in full"
      case .repository: "its source without the registry"
      case .familiar: "its source without the registry and Docker Hub's library"
      case .name: "the last part of its source"
      }
    return "\(prefixes.joined(separator: ", ")) and \(end)"
  }
}
