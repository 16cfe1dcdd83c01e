import ArgumentParser
import FoundationEssentials
import Installation
import MirrorCore
import Support

struct CheckCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check", abstract: "Check the registries now and show what is in sync and what is not.",
    discussion: """
      Lists what differs or could not be checked, and counts the rest; with sources given, or with \
      --wide, lists everything. Costs one HEAD per distinct reference and no pull. Exit code 0 if all is in sync, 3 if something \
      drifted, 1 if something could not be checked.
      """)

  @ParentCommand var ecrmirror: EcrmirrorCommand

  @Argument(help: "Sources of mirrors; by default all that are enabled and not expired.")
  var sources: [String] = []

  @Flag(help: "One JSON document, as of `status --json`, with the requests it took.")
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
