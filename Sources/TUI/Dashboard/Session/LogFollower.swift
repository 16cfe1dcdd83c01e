import MirrorCore
import Support

/// Reads a log from its last lines on, and goes on reading as it grows, until the task is cancelled.
struct LogFollower: Sendable {
  let logs: any JobLogs
  let post: @Sendable (Event) -> Void

  /// Lines in one answer.
  private static let page = 2000

  func follow(_ source: LogSource) async {
    var cursor: String?
    var failures = 0
    let pace = LogPace(lag: logs.lag)
    var wait = pace.soonest
    while !Task.isCancelled {
      do {
        let page = try await logs.lines(
          job: source.job, attempt: source.attempt, after: cursor, limit: cursor == nil ? LogBuffer.limit : Self.page)
        // What has failed is told to be over, lines or not.
        if cursor == nil || !page.lines.isEmpty || failures > 0 { post(.log(page, of: source)) }
        cursor = page.cursor
        failures = 0
        if page.lines.count == Self.page { continue }
        wait = page.lines.isEmpty ? pace.after(wait) : pace.soonest
      } catch is CancellationError {
        return
      } catch {
        failures += 1
        let failure = Failure(error)
        post(.logFailed(failure.sentence, of: source))
        wait = max(failure.pause(after: failures), pace.soonest)
      }
      try? await Task.sleep(for: wait)
    }
  }
}

/// How soon a log is looked at again: one that grew soon, one that rests ever later.
struct LogPace: Sendable {
  let soonest: Duration
  private let latest: Duration

  /// - Parameter lag: how late lines come anyhow; looking more often shows nothing sooner.
  init(lag: Duration) {
    soonest = lag > .zero ? .seconds(1) : .milliseconds(250)
    latest = max(lag * 3, .seconds(2))
  }

  /// The wait after one that brought nothing.
  func after(_ wait: Duration) -> Duration { min(wait * 1.5, latest) }
}
