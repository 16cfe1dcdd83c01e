/// Some events of a stream, oldest first.
public struct LogEventPage: Sendable, Equatable, Decodable {
  public var events: [LogEvent]?
  /// Where what is newer than this page begins.
  public var nextForwardToken: String?
  /// Where what is older than this page ends.
  public var nextBackwardToken: String?
}

public struct LogEvent: Sendable, Equatable, Decodable {
  /// Milliseconds since 1970.
  public var timestamp: Int64?
  public var message: String?
}
