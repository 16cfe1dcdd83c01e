import ArgumentParser
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

  @Flag(help: "One JSON document, as `status --json` gives it.")
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
    var snapshot = try await service.snapshot(finishedJobs: 0)
    if !sources.isEmpty {
      var keys: Set<String> = []
      for source in sources { keys.insert(try await service.entry(source).source) }
      snapshot.mirrors = snapshot.mirrors.filter { keys.contains($0.entry.source) }
    }
    if json {
      try Console.print(json: StatusDocument(snapshot: snapshot).json)
    } else {
      StatusTable(
        snapshot, palette: Palette(ecrmirror), hasDifferencesOnly: sources.isEmpty && !width.wide
      ).print(isWide: width.wide)
    }
    Console.note(skippedBy: report)
    if report.found.contains(where: { $0.key.isDrift }) { throw ExitCode.drift }
    if !report.isClean { throw ExitCode.failure }
  }
}
