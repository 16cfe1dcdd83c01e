import ArgumentParser
import FoundationEssentials
import Installation
import MirrorCore
import Support

struct CheckCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check", abstract: "Look at the registries now and say what is in step and what is not.",
    discussion: """
      Lists what differs or could not be looked at, and counts the rest; all of it where sources are named, or with \
      --wide. Costs one HEAD for each distinct reference, no pull. Exit code 0 when everything is in sync, 3 when something \
      drifted, 1 when something could not be told.
      """)

  @ParentCommand var ecrmirror: EcrmirrorCommand

  @Argument(help: "Sources of mirrors; all that are enabled and have not expired where none is given.")
  var sources: [String] = []

  @Flag(help: "One JSON document, as `status --json` gives it, with the requests that it took.")
  var json = false

  @OptionGroup var width: WideOption

  func run() async throws {
    // What is seen is written down, so this changes something too.
    let service = try await ecrmirror.openToChange().service
    let progress = ProgressLine("checking")
    let report = try await service.check(sources.isEmpty ? .all : .sources(sources)) { now in
      progress.show(now.looked, of: now.known)
    }
    progress.clear()
    try await show(service, report)
    Console.note(skippedBy: report)
    if report.found.contains(where: { $0.key.isDrift }) { throw ExitCode.drift }
    if !report.isClean { throw ExitCode.failure }
  }

  /// What stands in the table of the mirrors that were looked at.
  private func show(_ service: MirrorService, _ report: SweepReport) async throws {
    let now = Date.now
    var keys: Set<String> = []
    for source in sources { keys.insert(try await service.entry(source).source) }
    func shown(_ page: Snapshot) -> Snapshot {
      guard !sources.isEmpty else { return page }
      var page = page
      page.mirrors = page.mirrors.filter { keys.contains($0.entry.source) }
      return page
    }
    if json {
      var document = StatusDocument(asOf: now)
      try await service.forEachPage(now: now) { document.add(shown($0)) }
      return document.end(requests: .object(report.asked.mapValues(\.json)))
    }
    let hasDifferencesOnly = sources.isEmpty && !width.wide
    var overview = StatusOverview()
    var snapshot = Snapshot(asOf: now, mirrors: [], unreadable: [], jobs: [], lastSweep: nil)
    try await service.forEachPage(now: now) { page in
      let page = shown(page)
      overview.add(page.mirrors)
      snapshot.unreadable += page.unreadable
      snapshot.mirrors += page.mirrors.filter { !hasDifferencesOnly || $0.destinations.contains(where: \.differs) }
    }
    StatusTable(
      snapshot, palette: Palette(ecrmirror), hasDifferencesOnly: hasDifferencesOnly, overview: overview
    ).print(isWide: width.wide)
  }
}
