import FoundationEssentials
import Support

extension DynamoDBClient {
  /// Writes of one transaction at most.
  public static let transactionLimit = 100

  /// What became of a transaction.
  public enum TransactionOutcome: Sendable, Equatable {
    case written
    /// Nothing was written; a reason for each write, in their order.
    case cancelled([CancellationReason])
  }

  /// Why one write of a transaction could not be done, or that it could have been.
  public struct CancellationReason: Sendable, Equatable, Decodable {
    /// `None`, `ConditionalCheckFailed`, `TransactionConflict`, `ValidationError`, `ThrottlingError`, …
    public var code: String
    public var message: String?

    private enum CodingKeys: String, CodingKey {
      case code = "Code"
      case message = "Message"
    }

    public init(from decoder: any Decoder) throws {
      let container = try decoder.container(keyedBy: CodingKeys.self)
      code = try container.decodeIfPresent(String.self, forKey: .code) ?? "None"
      message = try container.decodeIfPresent(String.self, forKey: .message)
    }

    /// Whether the same write may succeed in a moment: others were writing.
    var mayPass: Bool {
      ["TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded"].contains(code)
    }
  }

  /// Does all of up to 100 writes, each to another item, or none of them.
  ///
  /// Sent twice, it is done once: a token says that it is the same. Where others are writing the same items, it is tried
  /// again.
  public func transact(_ writes: [DynamoWrite]) async throws(AWSError) -> TransactionOutcome {
    var attempt = 1
    while true {
      let reasons = try await once(writes)
      guard let reasons else { return .written }
      let failed = reasons.filter { $0.code != "None" }
      guard !failed.isEmpty, failed.allSatisfy(\.mayPass), attempt < client.connection.retry.attempts else {
        return .cancelled(reasons)
      }
      try await client.pause(client.connection.retry.backoff.wait(attempt: attempt), Self.transactWrite)
      attempt += 1
    }
  }

  private static let transactWrite = ServiceClient.Operation("TransactWriteItems")

  /// - Returns: nil when it is written.
  private func once(_ writes: [DynamoWrite]) async throws(AWSError) -> [CancellationReason]? {
    let request = Transaction(
      items: writes.map { [$0.kind.rawValue: $0.request] }, token: UUID().uuidString.lowercased())
    do throws(AWSError) {
      _ = try await client.call(Self.transactWrite, request, as: Nothing.self)
      return nil
    } catch  where error.code == "TransactionCanceledException" {
      guard let reasons = error.details(Cancellation.self)?.reasons, reasons.count == writes.count else { throw error }
      return reasons
    }
  }

  private struct Transaction: Encodable {
    var items: [[String: DynamoRequest]]
    var token: String

    enum CodingKeys: String, CodingKey {
      case items = "TransactItems"
      case token = "ClientRequestToken"
    }
  }

  private struct Cancellation: Decodable {
    var reasons: [CancellationReason]
    enum CodingKeys: String, CodingKey { case reasons = "CancellationReasons" }
  }
}
