import ArgumentParser
import FoundationEssentials
import Installation
import MirrorCore
import OCIRegistry
import Support

struct HistoryCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "history", abstract: "Show finished jobs, runs and checks, newest first.")

  @ParentCommand var ecrmirror: EcrmirrorCommand

  @Argument(help: "Only jobs of this mirror.")
  var source: String?

  @Flag(help: "One JSON document.")
  var json = false

  @Option(help: "How many entries.")
  var limit = 50

  @OptionGroup var width: WideOption

  func run() async throws {
    let service = try await ecrmirror.open().service
    var mirror = source
    // A mirror that is gone still has a history, under the name it had.
    if let source, let entry = try? await service.entry(source) { mirror = entry.source }
    let items = try await service.backend.history.items(of: mirror, limit: max(limit, 1))
    if json {
      return try Console.print(json: .object(["asOf": .time(.now), "items": .array(items.map(\.json))]))
    }
    if items.isEmpty { return Console.note("no history yet") }
    var table = TextTable(
      .word("AT"), .word("WHAT"), .word("OUTCOME"), .spare("TOOK"), .reference("SOURCE"), .note("NOTE"))
    for item in items {
      switch item {
      case .job(let job):
        table.add(
          job.finished.rfc3339, "\(job.origin.word) job",
          job.succeeded ? "succeeded" : job.isCancelled ? "cancelled" : "failed",
          job.finished.since(job.started).brief, job.source, job.error ?? "")
      case .run(let run):
        let found = run.found.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }.joined(separator: ", ")
        table.add(
          run.finished.rfc3339, run.kind.rawValue, run.error == nil ? "done" : "failed",
          run.finished.since(run.started).brief, "",
          "\(counted(run.mirrors, "mirror")): \(found); \(run.submitted) submitted"
            + (run.error.map { ": \($0)" } ?? ""))
      }
    }
    width.print(table)
  }
}

extension HistoryItem {
  var json: JSONValue {
    switch self {
    case .job(let job):
      var fields: [String: JSONValue] = [
        "kind": .string("job"), "source": .string(job.source), "mirror": .string(job.mirror), "job": .string(job.job),
        "origin": .string(job.origin.rawValue), "run": .text(job.run), "startedAt": .time(job.started),
        "finishedAt": .time(job.finished), "attempts": .number(job.attempts), "succeeded": .bool(job.succeeded),
        "cancelled": .bool(job.isCancelled),
        "sourceDigest": .text(job.sourceDigest?.description), "error": .text(job.error),
        "destinations": .array(
          job.destinations.map {
            .object([
              "reference": .string($0.reference), "outcome": .string($0.outcome.rawValue),
              "before": .text($0.before?.description), "after": .text($0.after?.description), "error": .text($0.error),
            ])
          }),
      ]
      // Only of a row that selects some: the document's shape is fixed.
      if let platforms = job.order.image.platforms {
        fields["platforms"] = .array(platforms.platforms.map { .string($0.description) })
      }
      return .object(fields)
    case .run(let run):
      return .object([
        "kind": .string(run.kind.rawValue), "id": .string(run.id), "startedAt": .time(run.started),
        "finishedAt": .time(run.finished), "mirrors": .number(run.mirrors),
        "found": .object(run.found.mapValues { .integer(Int64($0)) }), "submitted": .number(run.submitted),
        "error": .text(run.error),
      ])
    }
  }
}
