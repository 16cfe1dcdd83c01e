/// Rules of EventBridge: the timer.
public struct EventsClient: Sendable {
  private let client: ServiceClient

  public init(_ connection: AWSConnection) {
    client = ServiceClient(.events, connection)
  }

  private struct Input: Encodable {
    var name: String
    enum CodingKeys: String, CodingKey { case name = "Name" }
  }

  private struct Nothing: Decodable {}

  /// A rule as far as it is of interest here.
  public struct Rule: Sendable, Equatable, Decodable {
    /// `ENABLED` or `DISABLED`.
    public var state: String?
    /// `rate(15 minutes)` or a cron expression, in UTC.
    public var schedule: String?

    enum CodingKeys: String, CodingKey {
      case state = "State"
      case schedule = "ScheduleExpression"
    }
  }

  /// - Returns: nil where there is none of that name.
  /// - Throws: `AWSError`.
  public func rule(_ name: String) async throws(AWSError) -> Rule? {
    do throws(AWSError) {
      return try await client.call(.init("DescribeRule"), Input(name: name), as: Rule.self)
    } catch  where error.code == "ResourceNotFoundException" {
      return nil
    }
  }

  /// - Throws: `AWSError`.
  public func setRule(_ name: String, isEnabled: Bool) async throws(AWSError) {
    let operation = ServiceClient.Operation(isEnabled ? "EnableRule" : "DisableRule")
    _ = try await client.call(operation, Input(name: name), as: Nothing.self)
  }
}
