import AWSClient
import Support

/// One stream of CloudWatch Logs.
struct LogStream: Sendable {
  let logs: LogsClient
  let group: String
  let stream: String

  struct Page: Sendable {
    var events: [LogEvent] = []
    /// Where to go on.
    var token: String?
  }

  /// The last `limit` events.
  func tail(_ limit: Int, pages: Int) async throws(AWSError) -> Page {
    var answer = try await logs.events(group, stream: stream, .end, limit: limit)
    var page = Page(events: answer.events ?? [], token: answer.nextForwardToken)
    var back = answer.nextBackwardToken
    // A page may have less than there is.
    for _ in 1..<pages where page.events.count < limit {
      guard let token = back else { break }
      answer = try await logs.events(group, stream: stream, .backward(token), limit: limit - page.events.count)
      page.events = (answer.events ?? []) + page.events
      back = answer.nextBackwardToken == token ? nil : answer.nextBackwardToken
    }
    return page
  }

  /// What came after a cursor.
  func on(_ cursor: LogCursor, _ limit: Int, pages: Int) async throws(AWSError) -> Page {
    do throws(AWSError) {
      return try await on(cursor.token.map(LogsClient.Position.forward) ?? .start(from: nil), limit, pages: pages)
    } catch {
      // Tokens live for 24 hours.
      guard error.code == "InvalidParameterException", cursor.token != nil else { throw error }
      return try await on(.start(from: cursor.time.map { $0.plus(1) }), limit, pages: pages)
    }
  }

  private func on(_ start: LogsClient.Position, _ limit: Int, pages: Int) async throws(AWSError) -> Page {
    var (page, position) = (Page(), start)
    for _ in 0..<pages {
      let answer = try await logs.events(group, stream: stream, position, limit: limit)
      page = Page(events: answer.events ?? [], token: answer.nextForwardToken)
      guard page.events.isEmpty, let token = page.token, position != .forward(token) else { return page }
      position = .forward(token)
    }
    return page
  }
}
