import AWSClient
import HTTP
import MirrorCore
import TestSupport
import Testing

@testable import AWSBackend

/// What a service's refusal means for the dashboard and the commands: a cause, and a way on.
@Suite struct OutageTests {
  private static let denied =
    "User: arn:aws:iam::1:user/u is not authorized to perform: dynamodb:GetItem on resource: arn:aws:dynamodb:::table/h"

  @Test(
    "A refusal is told apart by what a person can do about it",
    arguments: [
      (400, "ResourceNotFoundException", "Requested resource not found", Outage.Cause.gone, "deploy the stack again"),
      (400, "ProvisionedThroughputExceededException", "too fast", .throttled, "raise the table's capacity"),
      (429, "TooManyRequestsException", "too fast", .throttled, "try again in a minute"),
      (400, "AccessDeniedException", denied, .denied, "allow dynamodb:GetItem in a policy"),
      (400, "AccessDeniedException", "no", .denied, "allow it in a policy"),
      (400, "ExpiredTokenException", "it has ended", .signedOut, "get new credentials"),
      (400, "UnrecognizedClientException", "The security token is invalid", .signedOut, "sign in again"),
      (403, "InvalidSignatureException", "The signature does not match", .signedOut, "sign in again"),
      (500, "InternalServerError", "oops", .faulty, "health.aws.amazon.com"),
    ])
  func refusals(status: Int, code: String, message: String, cause: Outage.Cause, advice: String) async throws {
    let server = try LoopbackServer { _ in
      .answer(status, [], #"{"__type":"com.amazonaws.dynamodb.v20120810#\#(code)","message":"\#(message)"}"#)
    }
    let error = await failure(DynamoDBClient(server.connection()))
    #expect(error?.outage?.cause == cause)
    #expect(error?.outage?.advice.contains(advice) == true, "\(error?.outage?.advice ?? "")")
    #expect(error?.description.contains(message) == true || cause == .gone || cause == .signedOut)
  }

  @Test("Nobody at home is no connection, and the host is named") func unreachable() async throws {
    let connection = AWSConnection(
      endpoints: AWSEndpoints(region: "eu-central-1", override: "http://127.0.0.1:1"), credentials: FixedKey(),
      transport: CurlTransport(), retry: AWSRetryPolicy(attempts: 1))
    let error = await failure(DynamoDBClient(connection))
    #expect(error?.outage?.cause == .unreachable)
    #expect(error?.outage?.advice.contains("127.0.0.1") == true)
  }

  private func failure(_ dynamo: DynamoDBClient) async -> MirrorError? {
    let table = DynamoTable(dynamo, "mirrors", Revisions(dynamo, "history"))
    return await #expect(throws: MirrorError.self) { try await table.revision() }
  }
}
