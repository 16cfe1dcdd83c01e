public import FoundationEssentials
import HTTP
import Support

/// Security Token Service: who somebody is.
public struct STSClient: Sendable {
  private let client: ServiceClient

  public init(_ connection: AWSConnection) {
    client = ServiceClient(.sts, connection)
  }

  public struct Identity: Sendable, Equatable {
    public let account: String
    public let arn: String
    /// The service's time when it answered, to the second; nil where it did not say.
    public let date: Date?
  }

  /// As whom requests are made. No policy is needed for it.
  ///
  /// - Throws: `AWSError`.
  public func identity() async throws(AWSError) -> Identity {
    let operation = ServiceClient.Operation("GetCallerIdentity")
    let form = formEncoded([("Action", operation.name), ("Version", "2011-06-15")])
    let response = try await client.send(operation, body: Array(form.utf8))
    let answer = XMLText(response.body)
    guard let account = answer.first("Account"), let arn = answer.first("Arn") else {
      throw AWSError(.invalidAnswer("it contains no account"), client.service, operation.name)
    }
    return Identity(
      account: account.cleaned.shortened(to: 60), arn: arn.cleaned.shortened(to: 300),
      date: response.headers["Date"].flatMap { Date(httpDate: $0) })
  }
}
