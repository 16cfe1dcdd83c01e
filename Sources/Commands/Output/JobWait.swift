import MirrorCore
import Support

/// Waits for jobs and shows how far they are.
struct JobWait {
  private let backend: Backend
  private var queue: any JobQueue { backend.queue }

  init(_ backend: Backend) {
    self.backend = backend
  }

  /// - Returns: how many of the jobs failed, or were cancelled.
  func untilDone(_ jobs: [Job]) async throws -> Int {
    let progress = ProgressLine("copying")
    defer { progress.clear() }
    var waiting = jobs
    var failed = 0
    var rounds = 0
    var told: Set<String> = []
    while true {
      // One call for all of them; only what is not among the live ones is asked for by itself.
      let live = Dictionary(
        try await queue.jobs(finished: 0).map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
      for job in waiting where live[job.id] == nil {
        progress.clear()
        guard let ended = try await queue.job(job.id) else {
          Console.note("job \(job.id) of \(job.title.cleaned) is no longer in the queue")
          failed += 1
          continue
        }
        if ended.state != .succeeded { failed += 1 }
        Console.print(Self.outcome(ended))
      }
      waiting = waiting.compactMap { live[$0.id] }
      if waiting.isEmpty { return failed }
      progress.show(jobs.count - waiting.count, of: jobs.count, Self.detail(waiting))
      rounds += 1
      // The worker may have been killed with jobs in the queue.
      if rounds % 20 == 0 {
        for fault in await faults() where told.insert(fault.id).inserted {
          progress.clear()
          Console.note("warning: \(fault.reason); \(fault.advice)")
        }
        try await queue.wake()
      }
      try await Task.sleep(for: .milliseconds(100))
    }
  }

  /// What keeps jobs from being done, where asking costs nothing.
  private func faults() async -> [Fault] {
    guard !backend.isMetered, let status = try? await backend.automation.status() else { return [] }
    return status.faults.filter { $0.kind.severity == .bad }
  }

  private static func outcome(_ job: Job) -> String {
    if job.state == .succeeded { return "done    \(job.title.cleaned)" }
    if job.state == .cancelled { return "cancelled \(job.title.cleaned): \((job.reason ?? "cancelled").cleaned)" }
    return "failed  \(job.title.cleaned): \((job.reason ?? "no reason given").cleaned) (`ecrmirror logs \(job.id)`)"
  }

  private static func detail(_ jobs: [Job]) -> String {
    guard let running = jobs.first(where: { $0.progress != nil }), let progress = running.progress else {
      return jobs.first.flatMap(\.reason) ?? ""
    }
    return "\(running.title) \(progress.text)"
  }
}
