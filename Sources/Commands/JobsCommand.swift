import ArgumentParser
import FoundationEssentials
import Installation
import MirrorCore
import Support

struct JobsCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "jobs", abstract: "List queued and running jobs and the latest finished ones.")

  @ParentCommand var ecrmirror: EcrmirrorCommand

  @Flag(help: "One JSON document.")
  var json = false

  @Option(help: "How many finished jobs to list.")
  var finished = 20

  @OptionGroup var width: WideOption

  func run() async throws {
    let jobs = try await ecrmirror.open().backend.queue.jobs(finished: max(finished, 0))
    if json {
      return try Console.print(
        json: .object(["asOf": .time(.now), "jobs": .array(jobs.map(\.json))]))
    }
    if jobs.isEmpty { return Console.note("no jobs") }
    var table = TextTable(
      .word("STATE"), .word("ID"), .spare("CREATED"), .spare("ATTEMPTS"), .reference("SOURCE"), .note("NOTE"))
    let now = Date.now
    for job in jobs {
      table.add(
        job.state.word, job.id, now.since(job.created).brief + " ago", "\(job.attempts.count)", job.title,
        job.reason ?? (job.state.isLive ? job.progress?.text ?? "" : ""))
    }
    width.print(table)
  }
}

struct JobCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(commandName: "job", abstract: "Show one job with its attempts.")

  @ParentCommand var ecrmirror: EcrmirrorCommand

  @Argument(help: "The job's id, or a unique prefix of it.")
  var id: String

  @Flag(help: "One JSON document.")
  var json = false

  func run() async throws {
    let job = try await ecrmirror.open().backend.queue.find(id)
    if json { return try Console.print(json: job.json) }
    Console.print("job          \(job.id)")
    Console.print("name         \(job.name.cleaned)")
    Console.print("state        \(job.state.words)\(job.reason.map { ": \($0.cleaned)" } ?? "")")
    if job.isPack {
      Console.print("images       \(job.images.count)")
    } else {
      Console.print("source       \(job.source.cleaned)")
      for destination in job.destinations { Console.print("destination  \(destination.cleaned)") }
    }
    Console.print("created      \(job.created.rfc3339)")
    if let started = job.started { Console.print("started      \(started.rfc3339)") }
    if let stopped = job.stopped { Console.print("stopped      \(stopped.rfc3339)") }
    if job.state.isLive, let progress = job.progress { Console.print("progress     \(progress.text)") }
    for attempt in job.attempts {
      let took = (attempt.stopped ?? .now).since(attempt.started).brief
      let end = attempt.exitCode.map { "exit code \($0)" } ?? attempt.reason ?? "running"
      Console.print("attempt \(attempt.number)    \(attempt.started.rfc3339), \(took), \(end.cleaned)")
    }
    guard job.isPack else { return }
    for (place, image) in job.images.enumerated() {
      let standing = job.hasFailed(at: place) ? "failed" : job.standing(at: place).word
      let room = String(repeating: " ", count: max(13 - standing.count, 1))
      Console.print(
        "\(standing)\(room)\(image.source.cleaned) to \(image.destinations.joined(separator: ", ").cleaned)")
    }
  }
}

struct CancelCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "cancel", abstract: "Cancel jobs, queued or running.")

  @ParentCommand var ecrmirror: EcrmirrorCommand

  @Argument(help: "Ids of jobs, or unique prefixes of them.")
  var ids: [String]

  @Option(help: "Of a job with several images, cancel only the one with this source, while it is queued.")
  var image: String?

  func run() async throws {
    let service = try await ecrmirror.openToChange().service
    for id in ids {
      let job = try await service.backend.queue.find(id)
      guard job.state.isLive else {
        Console.note("job \(job.id) has already ended: \(job.state.word)")
        continue
      }
      if let image {
        try await service.cancel(job.id, only: image)
        Console.note(
          job.isPack ? "took \(image.cleaned) out of job \(job.id)" : "cancelled job \(job.id) of \(job.title.cleaned)")
        continue
      }
      try await service.cancel(job.id)
      Console.note("cancelled job \(job.id) of \(job.title.cleaned)")
    }
  }
}

extension JobQueue {
  /// The job with this id, or the only one whose id begins so.
  ///
  /// - Throws: `MirrorError.notFound`, also where several begin so.
  func find(_ id: String) async throws -> Job {
    if let job = try await job(id) { return job }
    let similar = id.isEmpty ? [] : try await jobs(finished: 5000).filter { $0.id.hasPrefix(id) }
    if similar.count == 1, let job = similar.first { return job }
    let reason = similar.isEmpty ? "there is no job \(id.cleaned)" : "\(similar.count) jobs begin with \(id.cleaned)"
    throw MirrorError(.notFound, "\(reason); `ecrmirror jobs` lists the jobs")
  }
}

extension Job {
  var json: JSONValue {
    .object([
      "id": .string(id), "name": .string(name), "origin": .string(request.origin.rawValue),
      "source": .string(request.source), "destinations": .array(request.destinations.map(JSONValue.string)),
      "images": .array(
        request.images.enumerated().map { place, image in
          .object([
            "source": .string(image.source), "mirror": .string(image.mirror),
            "destinations": .array(image.destinations.map(JSONValue.string)),
            "standing": .string(standing(at: place).rawValue), "failed": .bool(hasFailed(at: place)),
            "bytes": image.bytes.map(JSONValue.integer) ?? .null,
          ])
        }),
      "run": .text(request.run), "state": .string(state.rawValue),
      "reason": .text(reason), "createdAt": .time(created), "startedAt": .time(started), "stoppedAt": .time(stopped),
      "attempts": .array(
        attempts.map {
          .object([
            "number": .number($0.number), "startedAt": .time($0.started), "stoppedAt": .time($0.stopped),
            "exitCode": .number($0.exitCode), "reason": .text($0.reason),
          ])
        }),
      "progress": progress?.json ?? .null,
    ])
  }
}

extension JobProgress {
  fileprivate var json: JSONValue {
    func count(_ count: Count) -> JSONValue {
      .object(["done": .integer(count.done), "total": count.total.map(JSONValue.integer) ?? .null])
    }
    return .object([
      "phase": .string(phase.rawValue), "destination": .text(destination), "destinations": count(destinations),
      "images": count(images), "blobs": count(blobs), "bytes": count(bytes),
    ])
  }
}

extension ImageStanding {
  /// As an operator says it; the raw value is what JSON documents have.
  fileprivate var word: String {
    switch self {
    case .waiting: "queued"
    case .underWay: "running"
    case .through: "finished"
    }
  }
}
