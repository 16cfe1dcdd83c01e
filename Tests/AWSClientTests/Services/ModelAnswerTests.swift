import Foundation
import TestSupport
import Testing

@testable import AWSClient

/// Each client against answers made from botocore's models: the least and the most that a service may send.
/// `Tests/Vectors/answers.py` makes them, and a system test checks that they are what it makes.
struct ModelAnswerTests {
  struct Answers: Decodable, Sendable, CustomTestStringConvertible {
    let service, operation, least, most: String
    var testDescription: String { "\(service) \(operation)" }
  }

  static let answers: [Answers] = {
    let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../Vectors/answers.json")
    return (try? JSONDecoder().decode([Answers].self, from: Data(contentsOf: file))) ?? []
  }()

  /// What is thrown where the answer lacks what cannot be done without, although the model does not promise it.
  private static let needsMore: Set = [
    "ecr GetAuthorizationToken", "ecr-public GetAuthorizationToken", "secretsmanager GetSecretValue",
    "sqs GetQueueAttributes", "ssm GetParameter",
  ]

  @Test("The model's answers were found")
  func found() {
    #expect(Self.answers.count >= 24)
  }

  @Test("All that a service can send is understood", arguments: answers)
  func most(answers: Answers) async throws {
    let server = try LoopbackServer { _ in .answer(200, [], answers.most) }
    try await Self.call(answers, server.connection())
    #expect(!server.requests.isEmpty)
  }

  @Test("The least that a service may send is understood, or its lack is told", arguments: answers)
  func least(answers: Answers) async throws {
    let server = try LoopbackServer { _ in .answer(200, [], answers.least) }
    if Self.needsMore.contains(answers.testDescription) {
      let error = await #expect(throws: AWSError.self) { try await Self.call(answers, server.connection()) }
      guard case .invalidAnswer = error?.kind else {
        Issue.record("\(String(describing: error))")
        return
      }
    } else {
      try await Self.call(answers, server.connection())
    }
  }

  private static func call(_ answers: Answers, _ connection: AWSConnection) async throws {
    let batch = BatchClient(connection)
    let dynamo = DynamoDBClient(connection)
    let key: DynamoItem = ["key": .string("x")]
    switch answers.testDescription {
    case "batch SubmitJob": _ = try await batch.submit(.init(name: "n", queue: "q", definition: "d"))
    case "batch ListJobs": _ = try await batch.jobs(in: "q", .status("RUNNING"))
    case "batch DescribeJobs": _ = try await batch.describe(["id"])
    case "batch CancelJob": try await batch.cancel("id", reason: "r")
    case "batch TerminateJob": try await batch.terminate("id", reason: "r")
    case "batch DescribeJobQueues": _ = try await batch.queues(["q"])
    case "dynamodb GetItem": _ = try await dynamo.item(key, in: "t")
    case "dynamodb PutItem": _ = try await dynamo.write(.put(key, into: "t"))
    case "dynamodb UpdateItem":
      _ = try await dynamo.write(.update(key, in: "t", "SET \(name: "a") = \(value: .bool(true))"))
    case "dynamodb DeleteItem": _ = try await dynamo.write(.delete(key, from: "t"))
    case "dynamodb Query": _ = try await dynamo.query("t", where: "\(name: "key") = \(value: .string("x"))")
    case "dynamodb Scan": _ = try await dynamo.scan("t")
    case "dynamodb TransactWriteItems": _ = try await dynamo.transact([.delete(key, from: "t")])
    case "dynamodb BatchGetItem": _ = try await dynamo.items([key], in: "t")
    case "ecr GetAuthorizationToken": _ = try await ECRClient(connection).authorizationToken()
    case "ecr ListImages": _ = try await ECRClient(connection).tags(of: "r", in: "123456789012")
    case "ecr CreateRepository":
      try await ECRClient(connection).createRepository(ECRRepositoryWish(registry: "123456789012", name: "team/app"))
    case "ecr DescribeRepositories": _ = try await ECRClient(connection).repositories(["r"], in: "123456789012")
    case "ecr DescribeRepositoryCreationTemplates": _ = try await ECRClient(connection).creationTemplates()
    case "ecr GetAccountSetting": _ = try await ECRClient(connection).accountSetting("BLOB_MOUNTING")
    case "ecr PutLifecyclePolicy":
      try await ECRClient(connection).putLifecyclePolicy("{}", of: "r", in: "123456789012")
    case "ecr-public GetAuthorizationToken": _ = try await ECRPublicClient(connection).authorizationToken()
    case "ecr-public CreateRepository": try await ECRPublicClient(connection).createRepository("r", tags: [:])
    case "ecr-public DescribeRegistries": _ = try await ECRPublicClient(connection).aliases()
    case "events DescribeRule": _ = try await EventsClient(connection).rule("r")
    case "events EnableRule": try await EventsClient(connection).setRule("r", isEnabled: true)
    case "events DisableRule": try await EventsClient(connection).setRule("r", isEnabled: false)
    case "logs GetLogEvents": _ = try await LogsClient(connection).events("g", stream: "s", .end, limit: 10)
    case "secretsmanager GetSecretValue": _ = try await SecretsManagerClient(connection).secret("s")
    case "sqs SendMessage": try await SQSClient(connection).send("b", to: "u")
    case "sqs GetQueueAttributes": _ = try await SQSClient(connection).messages(in: "u")
    case "ssm GetParameter": _ = try await SSMClient(connection).parameter("p")
    case let other: Issue.record("\(other) is in the model's answers, and nobody calls it")
    }
  }
}
