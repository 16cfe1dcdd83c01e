import ArgumentParser
import FoundationEssentials
import Installation
import MirrorCore
import Support

struct MirrorCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "mirror", abstract: "Copy now what is out of sync.",
    discussion: """
      Checks first, and queues a job for each image out of sync; a mirror that has a queued or running job gets \
      no second one. Then waits for the jobs. Exit code 0 if all of them succeeded or there was nothing to \
      do, 1 if something could not be checked or copied.
      """)

  @ParentCommand var ecrmirror: EcrmirrorCommand

  @Argument(help: "Sources of mirrors.")
  var sources: [String] = []

  @Flag(help: "All mirrors that were out of sync at the last check.")
  var drifted = false

  @Flag(help: "All mirrors.")
  var all = false

  @Flag(help: "Check, and only show what would be copied.")
  var dryRun = false

  @Flag(help: "With --dry-run: one JSON document.")
  var json = false

  @Flag(help: "Do not wait for the jobs.")
  var noWait = false

  func validate() throws {
    if json && !dryRun { throw ValidationError("--json requires --dry-run.") }
    if [!sources.isEmpty, drifted, all].count(where: \.self) != 1 {
      throw ValidationError("Give sources, --drifted or --all.")
    }
  }

  func run() async throws {
    let service = try await ecrmirror.openToChange().service
    let selection: Selection = all ? .all : drifted ? .drifted : .sources(sources)
    let progress = ProgressLine("looking")
    if dryRun { return try await plan(selection, of: service, progress) }
    let report = try await service.mirror(selection) { progress.show($0.looked, of: $0.known) }
    progress.clear()
    Console.note(skippedBy: report)
    Console.note(report.summary)
    let jobs = report.submissions.map(\.job)
    if noWait {
      for job in jobs { Console.print("\(job.id) \(job.title)") }
      if report.hasGaps { throw ExitCode.failure }
      return
    }
    let failed = try await JobWait(service.backend).untilDone(jobs)
    if failed > 0 || report.hasGaps { throw ExitCode.failure }
  }

  /// Says what would be copied, and what that takes.
  private func plan(_ selection: Selection, of service: MirrorService, _ progress: ProgressLine) async throws {
    let plan = try await service.plan(selection) { progress.show($0.looked, of: $0.known) }
    progress.clear()
    let report = plan.report
    Console.note(skippedBy: report)
    if json {
      try Console.print(json: plan.json)
    } else {
      for copy in plan.copies {
        let size = copy.bytes.map { ", \($0.inUnits)" } ?? ""
        Console.print(
          "would copy \(copy.request.source) to \(copy.request.destinations.joined(separator: ", "))\(size)")
      }
      Console.note(report.summary)
      if !plan.copies.isEmpty {
        Console.note("to copy: \(plan.summary)")
        for pulls in plan.pulls { Console.note("pulls from \(pulls.text)\(pulls.isShort ? ": not enough" : "")") }
      }
    }
    if report.hasGaps { throw ExitCode.failure }
  }
}

extension CopyPlan {
  /// Bytes and times as everywhere; null is not known.
  fileprivate var json: JSONValue {
    .object([
      "asOf": .time(.now),
      "copies": .array(
        copies.map { copy in
          .object([
            "source": .string(copy.request.source), "mirror": .string(copy.request.mirror),
            "destinations": .array(copy.request.destinations.map(JSONValue.string)),
            "bytes": copy.bytes.map(JSONValue.integer) ?? .null,
          ])
        }),
      "bytes": .object(["atMost": .integer(bytes), "unknown": .number(unsized)]),
      "pulls": .array(
        pulls.map { pulls in
          .object([
            "registry": .string(pulls.registry), "atLeast": .number(pulls.needed), "left": .number(pulls.left),
            "resetsAt": .time(pulls.resetsAt),
          ])
        }),
      "found": .object(
        Dictionary(uniqueKeysWithValues: report.found.map { ($0.key.rawValue, .integer(Int64($0.value))) })),
      "skipped": .array(
        report.skipped.map { .object(["source": .string($0.source.cleaned), "reason": .string($0.reason)]) }),
    ])
  }
}
