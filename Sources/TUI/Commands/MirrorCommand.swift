import ArgumentParser
import Installation
import MirrorCore
import Support

struct MirrorCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "mirror", abstract: "Copy what is out of step now.",
    discussion: """
      Looks first, whatever was known, and submits a job for each image out of step; a mirror that has a live job gets \
      no second one. Then waits for the jobs. Exit code 0 when all of them succeeded or there was nothing to do.
      """)

  @ParentCommand var ecrmirror: EcrmirrorCommand

  @Argument(help: "Sources of mirrors.")
  var sources: [String] = []

  @Flag(help: "All mirrors that were last seen out of step.")
  var drifted = false

  @Flag(help: "All mirrors.")
  var all = false

  @Flag(help: "Only say what would be copied.")
  var dryRun = false

  @Flag(help: "Do not wait for the jobs.")
  var noWait = false

  func validate() throws {
    if [!sources.isEmpty, drifted, all].count(where: \.self) != 1 {
      throw ValidationError("Name sources, or give --drifted, or --all.")
    }
  }

  func run() async throws {
    let service = try (dryRun ? ecrmirror.open() : ecrmirror.openToChange()).service
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
      return
    }
    Console.note(report.summary)
    let jobs = report.submissions.map(\.job)
    if noWait {
      for job in jobs { Console.print("\(job.id) \(job.source)") }
      return
    }
    let failed = try await JobWait(service.backend.queue).untilDone(jobs)
    // What nobody could look at was not mirrored either.
    let unseen = report.found.contains { $0.value > 0 && ($0.key == .unreachable || $0.key == .sourceMissing) }
    if failed > 0 || unseen || !report.skipped.isEmpty { throw ExitCode.failure }
  }
}

/// Waits for jobs and shows how far they are.
struct JobWait {
  private let queue: any JobQueue

  init(_ queue: any JobQueue) {
    self.queue = queue
  }

  /// - Returns: how many of the jobs failed.
  func untilDone(_ jobs: [Job]) async throws -> Int {
    let progress = ProgressLine("copying")
    defer { progress.clear() }
    var waiting = jobs
    var failed = 0
    var rounds = 0
    while !waiting.isEmpty {
      var live: [Job] = []
      for job in waiting {
        guard let now = try await queue.job(job.id) else {
          Console.note("job \(job.id) of \(job.source) is not in the queue any more")
          failed += 1
          continue
        }
        if now.state.isLive {
          live.append(now)
        } else {
          progress.clear()
          if now.state == .failed { failed += 1 }
          Console.print(Self.outcome(now))
        }
      }
      waiting = live
      if waiting.isEmpty { break }
      progress.show(jobs.count - waiting.count, of: jobs.count, Self.detail(waiting))
      rounds += 1
      // The worker may have been killed with jobs in the queue.
      if rounds % 20 == 0 { try await queue.wake() }
      try await Task.sleep(for: .milliseconds(100))
    }
    return failed
  }

  private static func outcome(_ job: Job) -> String {
    if job.state == .succeeded { return "done    \(job.source.cleaned)" }
    return "failed  \(job.source.cleaned): \((job.reason ?? "no reason given").cleaned) (`ecrmirror logs \(job.id)`)"
  }

  private static func detail(_ jobs: [Job]) -> String {
    guard let running = jobs.first(where: { $0.progress != nil }), let progress = running.progress else {
      return jobs.first.flatMap(\.reason) ?? ""
    }
    return "\(running.source) \(progress.text)"
  }
}

extension JobProgress {
  /// For a person: `image 1 of 2, 12.5 of 27.0 MB`.
  var text: String {
    var parts: [String] = []
    if let total = destinations.total, total > 1 { parts.append("destination \(destinations.done + 1) of \(total)") }
    if let total = images.total, total > 1 { parts.append("image \(min(images.done + 1, total)) of \(total)") }
    if bytes.done > 0 || bytes.total != nil {
      parts.append(bytes.total.map { "\(bytes.done.megabytes) of \($0.megabytes) MB" } ?? "\(bytes.done.megabytes) MB")
    } else if let total = blobs.total, total > 0 {
      parts.append("\(blobs.done) of \(total) blobs")
    }
    return parts.isEmpty ? phase.rawValue : parts.joined(separator: ", ")
  }
}

extension Int64 {
  /// With one digit after the point: `12.5`.
  fileprivate var megabytes: String {
    let tenths = (self + 50_000) / 100_000
    return "\(tenths / 10).\(tenths % 10)"
  }
}
