import ArgumentParser
import Installation
import MirrorCore
import Support

struct MirrorCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "mirror", abstract: "Copy what is out of step now.",
    discussion: """
      Looks first, whatever was known, and submits a job for each image out of step; a mirror that has a live job gets \
      no second one. Then waits for the jobs. Exit code 0 when all of them succeeded or there was nothing to \
      do, 1 where something could not be looked at or copied.
      """)

  @ParentCommand var ecrmirror: EcrmirrorCommand

  @Argument(help: "Sources of mirrors.")
  var sources: [String] = []

  @Flag(help: "All mirrors that were last seen out of step.")
  var drifted = false

  @Flag(help: "All mirrors.")
  var all = false

  @Flag(help: "Look, and only say what would be copied.")
  var dryRun = false

  @Flag(help: "Do not wait for the jobs.")
  var noWait = false

  func validate() throws {
    if [!sources.isEmpty, drifted, all].count(where: \.self) != 1 {
      throw ValidationError("Name sources, or give --drifted, or --all.")
    }
  }

  func run() async throws {
    let service = try await ecrmirror.openToChange().service
    let selection: Selection = all ? .all : drifted ? .drifted : .sources(sources)
    let progress = ProgressLine("looking")
    let report = try await service.mirror(selection, dryRun: dryRun) { progress.show($0.looked, of: $0.known) }
    progress.clear()
    for skipped in report.skipped { Console.note("left out: \(skipped.source.cleaned): \(skipped.reason)") }
    if dryRun {
      for request in report.requests {
        Console.print("would copy \(request.source) to \(request.destinations.joined(separator: ", "))")
      }
      Console.note(report.summary)
      if report.hasGaps { throw ExitCode.failure }
      return
    }
    Console.note(report.summary)
    let jobs = report.submissions.map(\.job)
    if noWait {
      for job in jobs { Console.print("\(job.id) \(job.source)") }
      if report.hasGaps { throw ExitCode.failure }
      return
    }
    let failed = try await JobWait(service.backend).untilDone(jobs)
    if failed > 0 || report.hasGaps { throw ExitCode.failure }
  }
}
