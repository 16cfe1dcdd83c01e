import AWSClient
import Foundation
import HTTP
import Support
import TestSupport
import Testing

/// What is read of the smaller services, whoever plays AWS.
struct SecondOpinionTests {
  private func call(_ emulator: Emulator, _ service: AWSService, _ operation: String, _ input: String) async throws {
    _ = try await ServiceClient(service, emulator.connection).send(.init(operation), body: Array(input.utf8))
  }

  @Test("A parameter is read, and one that there is not is nil", arguments: Emulator.Engine.allCases)
  func parameters(engine: Emulator.Engine) async throws {
    let emulator = try Emulator.shared(engine)
    let name = "/ecrmirror/\(UUID().uuidString)"
    try await call(emulator, .ssm, "PutParameter", #"{"Name": "\#(name)", "Value": "{}", "Type": "SecureString"}"#)
    let client = SSMClient(emulator.connection)
    #expect(try await client.parameter(name) == "{}")
    #expect(try await client.parameter("/nowhere") == nil)
  }

  @Test("A secret is read as text or bytes, and one that there is not is nil", arguments: Emulator.Engine.allCases)
  func secrets(engine: Emulator.Engine) async throws {
    let emulator = try Emulator.shared(engine)
    let client = SecretsManagerClient(emulator.connection)
    let id = UUID().uuidString
    try await call(emulator, .secretsManager, "CreateSecret", #"{"Name": "t-\#(id)", "SecretString": "{}"}"#)
    try await call(emulator, .secretsManager, "CreateSecret", #"{"Name": "b-\#(id)", "SecretBinary": "e30="}"#)
    for name in ["t-\(id)", "b-\(id)"] { #expect(try await client.secret(name) == Array("{}".utf8)) }
    #expect(try await client.secret("nowhere") == nil)
  }

  @Test("It is known who asks", arguments: Emulator.Engine.allCases)
  func identity(engine: Emulator.Engine) async throws {
    let identity = try await STSClient(Emulator.shared(engine).connection).identity()
    #expect(identity.account.count == 12 && identity.account.allSatisfy(\.isNumber))
    #expect(identity.arn.hasPrefix("arn:aws:"))
  }

  @Test("ECR gives a token for half a day", arguments: Emulator.Engine.allCases)
  func token(engine: Emulator.Engine) async throws {
    let token = try await ECRClient(Emulator.shared(engine).connection).authorizationToken()
    #expect(token.username == "AWS" && !token.password.isEmpty)
    // moto's end on a day of 2015.
    if engine != .moto { #expect(abs(token.expires.timeIntervalSinceNow - 43200) < 600) }
  }

  @Test("A log is read page by page until a page gives its own token", arguments: Emulator.Engine.allCases)
  func logs(engine: Emulator.Engine) async throws {
    let emulator = try Emulator.shared(engine)
    let group = "/ecrmirror/\(UUID().uuidString)"
    try await call(emulator, .logs, "CreateLogGroup", #"{"logGroupName": "\#(group)"}"#)
    let stream = #""logGroupName": "\#(group)", "logStreamName": "a""#
    try await call(emulator, .logs, "CreateLogStream", "{\(stream)}")
    let now = Int64(Date.now.timeIntervalSince1970 * 1000)
    let events = (0..<5).map { #"{"timestamp": \#(now + Int64($0)), "message": "line \#($0)"}"# }.joined(separator: ",")
    try await call(emulator, .logs, "PutLogEvents", #"{\#(stream), "logEvents": [\#(events)]}"#)

    let client = LogsClient(emulator.connection)
    func lines(_ page: LogEventPage) -> [String] { page.events?.compactMap(\.message) ?? [] }
    var page = try await client.events(group, stream: "a", .start(from: nil), limit: 2)
    var read = lines(page)
    for _ in 0..<5 {
      let token = try #require(page.nextForwardToken)
      page = try await client.events(group, stream: "a", .forward(token), limit: 2)
      read += lines(page)
      if page.nextForwardToken == token { break }
    }
    #expect(read == (0..<5).map { "line \($0)" })
    #expect(lines(try await client.events(group, stream: "a", .end, limit: 2)) == ["line 3", "line 4"])
  }

  @Test("Messages are sent and counted", arguments: Emulator.Engine.allCases)
  func messages(engine: Emulator.Engine) async throws {
    let emulator = try Emulator.shared(engine)
    struct Made: Decodable { let QueueUrl: String }
    let answer = try await ServiceClient(.sqs, emulator.connection)
      .send(.init("CreateQueue"), body: Array(#"{"QueueName": "q-\#(UUID().uuidString)"}"#.utf8))
    let queue = try JSONDecoder().decode(Made.self, from: Data(answer.body)).QueueUrl
    let client = SQSClient(emulator.connection)
    for _ in 0..<2 { try await client.send("x", to: queue) }
    #expect(try await client.messages(in: queue) == 2)
  }
}
