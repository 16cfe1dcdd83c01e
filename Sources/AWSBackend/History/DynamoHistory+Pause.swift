import AWSClient
import FoundationEssentials
import MirrorCore
import Support

/// A pause of the timer is one item, beside the state of the rule: a stack that is updated with another schedule has its
/// rule enabled again, for CloudFormation puts a rule anew, and one is enabled unless the template says otherwise
/// (https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutRule.html).
extension DynamoHistory {
  private static let pause = HistoryKey.only("#pause")

  /// Whether somebody paused the timer, whatever the state of its rule. The schedule function and readers may ask for
  /// single items in batches only.
  public func isTimerPaused() async throws -> Bool {
    try await calling { try await hasPause() }
  }

  func hasPause() async throws(AWSError) -> Bool {
    try await !dynamo.items([Self.pause], in: name).isEmpty
  }

  func setPause(_ isPaused: Bool) async throws {
    try await calling {
      guard isPaused else {
        _ = try await dynamo.write(.delete(Self.pause, from: name))
        return
      }
      var item = Self.pause
      item["Since"] = .string(now().rfc3339)
      _ = try await dynamo.write(.put(item, into: name))
    }
  }
}
