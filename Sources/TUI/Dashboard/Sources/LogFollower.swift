import MirrorCore
import Support

/// Reads a log from its last lines on, and goes on reading as it grows, until the task is cancelled.
struct LogFollower: Sendable {
  let logs: any JobLogs
  let post: @Sendable (Event) -> Void

  /// Lines in one answer.
  private static let page = 2000
  /// How soon a log that grew is looked at again, and one that rests.
  private static let (soonest, latest): (Duration, Duration) = (.milliseconds(250), .seconds(2))

  func follow(_ source: LogSource) async {
    var cursor: String?
    var wait = Self.soonest
    while !Task.isCancelled {
      do {
        let page = try await logs.lines(
          job: source.job, attempt: source.attempt, after: cursor, limit: cursor == nil ? LogBuffer.limit : Self.page)
        if cursor == nil || !page.lines.isEmpty { post(.log(page, of: source)) }
        if cursor == nil { Memory.giveBack() }
        cursor = page.cursor
        if page.lines.count == Self.page { continue }
        wait = page.lines.isEmpty ? min(wait * 2, Self.latest) : Self.soonest
      } catch is CancellationError {
        return
      } catch {
        post(.logFailed(Failure(error).sentence, of: source))
        wait = Self.latest
      }
      try? await Task.sleep(for: wait)
    }
  }
}
