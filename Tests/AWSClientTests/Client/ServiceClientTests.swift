import FoundationEssentials
import HTTP
import Support
import TestSupport
import Testing

@testable import AWSClient

struct ServiceClientTests {
  private struct Input: Encodable { let name = "x" }
  private struct Output: Decodable { let value: Int }

  private func call(
    _ server: LoopbackServer, _ operation: ServiceClient.Operation = ServiceClient.Operation("DoIt"),
    service: AWSService = .dynamoDB, credentials: any CredentialProvider = RotatingKeys()
  ) async throws(AWSError) -> Int {
    let client = ServiceClient(service, server.connection(credentials))
    return try await client.call(operation, Input(), as: Output.self).value
  }

  @Test("A JSON operation is named in X-Amz-Target, signed for its region, and its answer read")
  func json() async throws {
    let server = try LoopbackServer { _ in .answer(200, [], #"{"value": 7}"#) }
    #expect(try await call(server) == 7)
    let request = try #require(server.requests.first)
    #expect(request.headers["x-amz-target"] == "DynamoDB_20120810.DoIt")
    #expect(request.headers["content-type"] == "application/x-amz-json-1.0")
    #expect(request.headers["authorization"]?.contains("/eu-central-1/dynamodb/aws4_request") == true)
    #expect(String(decoding: request.body, as: UTF8.self) == #"{"name":"x"}"#)
  }

  @Test("A REST operation has its path; an empty answer is an empty document")
  func rest() async throws {
    struct Nothing: Decodable {}
    let server = try LoopbackServer { _ in .answer(200) }
    let client = ServiceClient(.batch, server.connection())
    _ = try await client.call(.init("CancelJob", path: "/v1/canceljob"), Input(), as: Nothing.self)
    #expect(server.requests.first?.target == "/v1/canceljob")
    #expect(server.requests.first?.headers["x-amz-target"] == nil)
  }

  @Test(
    "An error's code, message and request id come from wherever the service puts them",
    arguments: [
      (
        [(String, String)](),
        #"{"__type":"com.amazonaws.dynamodb.v20120810#ResourceNotFoundException","message":"no table"}"#,
        "ResourceNotFoundException", "no table"
      ),
      (
        [("x-amzn-ErrorType", "ClientException:http://internal.amazon.com/")], #"{"message":"no queue"}"#,
        "ClientException", "no queue"
      ),
      (
        [], "<ErrorResponse><Error><Code>AccessDenied</Code><Message>&lt;no&gt;</Message></Error></ErrorResponse>",
        "AccessDenied", "<no>"
      ),
      ([], "garbage", "Status400", ""),
      ([], "", "Status400", ""),
      ([], #"{"__type":"X","message":"a\u001b[31mb"}"#, "X", "a�[31mb"),
    ])
  func errors(headers: [(String, String)], body: String, code: String, message: String) async throws {
    let server = try LoopbackServer { _ in .answer(400, headers + [("x-amzn-RequestId", "id-1")], body) }
    let error = await #expect(throws: AWSError.self) { try await call(server) }
    guard case .service(let service) = error?.kind else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(service.code == code)
    #expect(service.message == message)
    #expect(service.requestID == "id-1")
    #expect(error?.description.contains("DynamoDB refused DoIt: \(code)") == true)
    #expect(server.requests.count == 1)
  }

  @Test(
    "What may pass is sent again, signed anew",
    arguments: [
      (429, #"{"__type":"TooManyRequestsException"}"#), (400, #"{"__type":"ThrottlingException"}"#),
      (400, #"{"__type":"ProvisionedThroughputExceededException"}"#), (500, "{}"), (503, "<html>"),
    ])
  func again(status: Int, body: String) async throws {
    let counter = Counter()
    let server = try LoopbackServer { _ in
      counter.next() < 3 ? .answer(status, [], body) : .answer(200, [], #"{"value": 1}"#)
    }
    #expect(try await call(server) == 1)
    #expect(server.requests.count == 3)
  }

  @Test("It gives up after five attempts, with the service's words")
  func givesUp() async throws {
    let server = try LoopbackServer { _ in .answer(400, [], #"{"__type":"ThrottlingException","message":"Slow down"}"#)
    }
    let error = await #expect(throws: AWSError.self) { try await call(server) }
    #expect(error?.isThrottling == true)
    #expect(error?.description.contains("Slow down") == true)
    #expect(server.requests.count == 5)
  }

  @Test("What must not be done twice is not sent again when it may have been done, but is when it was throttled")
  func unrepeatable() async throws {
    let operation = ServiceClient.Operation("SubmitJob", path: "/v1/submitjob", isRepeatable: false)
    let lost = try LoopbackServer { _ in [.close] }
    let error = await #expect(throws: AWSError.self) { try await call(lost, operation, service: .batch) }
    #expect(error?.mayHaveHappened == true)
    #expect(lost.requests.count == 1)

    let counter = Counter()
    let busy = try LoopbackServer { _ in
      counter.next() == 1 ? .answer(429) : .answer(200, [], #"{"value": 1}"#)
    }
    #expect(try await call(busy, operation, service: .batch) == 1)
  }

  @Test("Expired credentials are replaced once")
  func expiredCredentials() async throws {
    let server = try LoopbackServer { request in
      request.headers["authorization"]?.contains("KEY1") == true
        ? .answer(400, [], #"{"__type":"ExpiredTokenException","message":"expired"}"#)
        : .answer(200, [], #"{"value": 2}"#)
    }
    #expect(try await call(server) == 2)
    let stubborn = try LoopbackServer { _ in .answer(400, [], #"{"__type":"ExpiredTokenException"}"#) }
    let error = await #expect(throws: AWSError.self) { try await call(stubborn) }
    #expect(
      error?.description.contains("(the key KEY2) have expired: get new credentials from the same source") == true)
    #expect(stubborn.requests.count == 2)
  }

  @Test("A clock that is wrong is corrected from the service's answer")
  func skew() async throws {
    // A service whose clock stands in 2031.
    let date = "Wed, 01 Jan 2031 00:00:00 GMT"
    let server = try LoopbackServer { request in
      request.headers["x-amz-date"]?.hasPrefix("20310101T00") == true
        ? .answer(200, [], #"{"value": 3}"#)
        : .answer(
          403, [("Date", date)], #"{"__type":"InvalidSignatureException","message":"Signature expired: now is later"}"#)
    }
    let client = ServiceClient(.dynamoDB, server.connection())
    for _ in 0..<2 {
      #expect(try await client.call(.init("DoIt"), Input(), as: Output.self).value == 3)
    }
    #expect(server.requests.count == 3)
  }

  @Test("A wrong key is not taken for a wrong clock")
  func wrongKey() async throws {
    let server = try LoopbackServer { _ in
      .answer(403, [], #"{"__type":"InvalidSignatureException","message":"The request signature does not match"}"#)
    }
    await #expect(throws: AWSError.self) { try await call(server) }
    #expect(server.requests.count == 1)
  }

  @Test("Without credentials nothing is sent, and the error says what to do")
  func noCredentials() async throws {
    let server = try LoopbackServer { _ in .answer(200) }
    let error = await #expect(throws: AWSError.self) { try await call(server, credentials: NoKeys()) }
    #expect(error?.description.contains("run `aws configure`") == true)
    #expect(server.requests.isEmpty)
  }

  @Test("An answer that is no JSON, or too large, is an error", arguments: ["garbage", #"{"value": "x"}"#])
  func invalidAnswer(body: String) async throws {
    let server = try LoopbackServer { _ in .answer(200, [], body) }
    let error = await #expect(throws: AWSError.self) { try await call(server) }
    guard case .invalidAnswer = error?.kind else {
      Issue.record("\(String(describing: error))")
      return
    }
  }
}
