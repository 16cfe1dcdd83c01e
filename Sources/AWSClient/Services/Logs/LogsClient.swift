/// The operations of CloudWatch Logs that are used here.
public struct LogsClient: Sendable {
  private let client: ServiceClient

  public init(_ connection: AWSConnection) {
    client = ServiceClient(.logs, connection)
  }

  /// Where in a stream a page of events is to be.
  public enum Position: Sendable, Equatable {
    /// The newest events.
    case end
    /// The first events, or the first of this time (milliseconds since 1970) and later.
    case start(from: Int64?)
    /// After, or before, what the page had that gave the token; tokens live for 24 hours.
    case forward(String)
    case backward(String)
  }

  /// A page of events, oldest first: at most `limit` (1 to 10,000) and 1 MB. One that is empty need not be the last:
  /// that one gives the token that it was asked with.
  public func events(
    _ group: String, stream: String, _ position: Position, limit: Int
  ) async throws(AWSError) -> LogEventPage {
    var request = EventsRequest(logGroupName: group, logStreamName: stream, limit: min(max(limit, 1), 10_000))
    switch position {
    case .end: request.startFromHead = false
    case .start(let time):
      request.startFromHead = true
      request.startTime = time
    case .forward(let token): (request.startFromHead, request.nextToken) = (true, token)
    case .backward(let token): (request.startFromHead, request.nextToken) = (false, token)
    }
    return try await client.call(.init("GetLogEvents"), request)
  }
}

private struct EventsRequest: Encodable {
  var logGroupName: String
  var logStreamName: String
  var limit: Int
  var startFromHead = false
  var startTime: Int64?
  var nextToken: String?
}
