import ArgumentParser
import FoundationEssentials
import Installation
import MirrorCore
import Support

struct LogsCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(commandName: "logs", abstract: "Show the log of a job.")

  @ParentCommand var ecrmirror: EcrmirrorCommand

  @Argument(help: "The job's id, or a unique prefix of it.")
  var id: String

  @Flag(help: "Follow the log until the job ends, over all attempts.")
  var follow = false

  @Option(help: "The attempt; by default the latest.")
  var attempt: Int?

  @Option(help: "Of a job of several images, only the lines about the one with this source.")
  var image: String?

  @Option(help: "Lines from the end.")
  var lines = 1000

  func run() async throws {
    let backend = try await ecrmirror.open().backend
    let job = try await backend.queue.find(id)
    if let attempt, !(1...max(job.attempts.count, 1)).contains(attempt) {
      throw MirrorError(.notFound, "job \(job.id) has \(job.attempts.count) attempts, but no attempt \(attempt)")
    }
    let wanted = try imageWanted(of: job)
    var cursor: String?
    while true {
      let mayGrow = try await backend.queue.job(job.id)?.mayLog(within: backend.logs.lag) ?? false
      let isFirst = cursor == nil
      let page = try await backend.logs.lines(
        job: job.id, attempt: attempt, after: cursor,
        limit: isFirst && wanted == nil ? max(lines, 1) : Self.most)
      let about = page.lines.filter { wanted == nil || LogLine.image(in: $0.text).map(String.init) == wanted }
      let shown = isFirst ? about.suffix(max(lines, 1)) : about[...]
      let left = about.count - shown.count + page.skipped
      // Which image the lines before a page are about nobody looked.
      if isFirst && left > 0 {
        Console.note("(\(left) earlier lines not shown\(wanted != nil && page.skipped > 0 ? ", of all images" : ""))")
      }
      for line in shown { Console.print((line.time.map { "\($0.rfc3339) " } ?? "") + line.text.cleaned) }
      cursor = page.cursor
      // The job's state was read first: what it wrote before it ended has been shown by now.
      if page.lines.isEmpty && (!follow || !mayGrow) { return }
      if page.lines.isEmpty { try await Task.sleep(for: .milliseconds(200)) }
    }
  }

  /// Lines of one page.
  private static let most = 10_000

  /// The source of the only image whose lines are shown, as the log has it; nil where all lines are.
  private func imageWanted(of job: Job) throws -> String? {
    guard let image else { return nil }
    guard let named = job.findImage(image) else {
      throw MirrorError(
        .notFound, "job \(job.id) has no image \(image.cleaned); `ecrmirror jobs --json` lists its images")
    }
    // The lines of a job of one image are all about it, and do not say so.
    return job.isPack ? named.source : nil
  }
}

extension Job {
  /// Whether lines may still come: while it lives, and as long after its end as they may take.
  fileprivate func mayLog(within lag: Duration) -> Bool {
    state.isLive || stopped.map { Date.now.since($0) < lag } ?? false
  }
}
