import FoundationEssentials
import MirrorCore

/// Job logs in memory. A cursor is `ATTEMPT:LINES`.
struct MemoryLogs: JobLogs {
  private let installation: MemoryInstallation

  init(_ installation: MemoryInstallation) {
    self.installation = installation
  }

  var lag: Duration { .zero }

  func lines(job: String, attempt: Int?, after cursor: String?, limit: Int) async throws -> LogPage {
    try installation.read { state in
      guard let job = state.jobs.first(where: { $0.job.id == job }) else {
        throw MirrorError(.notFound, "there is no job \(job)")
      }
      let number = attempt ?? max(job.job.attempts.count, 1)
      let lines = job.logs[number] ?? []
      let parts = (cursor ?? "").split(separator: ":").compactMap { Int($0) }
      var start = parts.count == 2 && parts[0] == number ? min(parts[1], lines.count) : 0
      if cursor == nil { start = max(lines.count - limit, 0) }
      let page = lines[start...].prefix(limit)
      return LogPage(
        lines: Array(page), cursor: "\(number):\(page.endIndex)", attempt: number, skipped: cursor == nil ? start : 0)
    }
  }
}
