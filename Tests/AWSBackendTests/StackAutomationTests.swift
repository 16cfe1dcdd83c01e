import AWSClient
import Foundation
import MirrorCore
import TestSupport
import Testing

@testable import AWSBackend

/// The automation of a stack where a service answers as it seldom does.
struct StackAutomationTests {
  private func automation(_ server: LoopbackServer) throws -> StackAutomation {
    var settings = try StackSettings(json: StackSettingsTests.document, stack: "s")
    (settings.timer, settings.scheduleFunction) = ("the-timer", "the-function")
    settings.deadLetterQueue = "https://sqs.example/1/dead"
    let connection = server.connection()
    let dynamo = DynamoDBClient(connection)
    let history = DynamoHistory(dynamo, settings.historyTable, Revisions(dynamo, settings.historyTable))
    return StackAutomation("s", connection, settings, BatchQueue(connection, settings), history)
  }

  @Test("A run starts where the function says so, with an event that names it")
  func start() async throws {
    let server = try LoopbackServer { _ in .answer(200, [], #"{"run":"r1","job":"j1","started":true}"#) }
    #expect(try await automation(server).startRun() == StartedRun(run: "r1", job: "j1"))
    let request = try #require(server.requests.first)
    #expect(request.path.hasSuffix("/functions/the-function/invocations"))
    #expect(request.text.contains(#""time":"2"#) && request.text.contains(#""id":""#))
  }

  @Test(
    "What the function refuses is a refusal in its own words, and what it fails at a failure",
    arguments: [
      ("Run.Refused", "1 job of the last run are still active: run-1", MirrorError.Kind.refused),
      ("AWS.ThrottlingException", "AWS Batch is asked too much", .backend),
    ])
  func refusal(type: String, message: String, kind: MirrorError.Kind) async throws {
    let server = try LoopbackServer { _ in
      .answer(
        200, [("X-Amz-Function-Error", "Unhandled")],
        #"{"errorType":"\#(type)","errorMessage":"\#(message)","stackTrace":["line 1"]}"#)
    }
    let error = await #expect(throws: MirrorError.self) { try await automation(server).startRun() }
    #expect(error?.kind == kind)
    #expect(error?.description.contains(message) == true && error?.description.contains("line 1") == false)
    #expect((error?.description == message) == (kind == .refused))
  }

  @Test("An answer that cannot be understood is said to be one")
  func strange() async throws {
    let server = try LoopbackServer { _ in .answer(200, [], "null") }
    let error = await #expect(throws: MirrorError.self) { try await automation(server).startRun() }
    #expect(error?.description.contains("the-function") == true)
  }

  @Test("Who may not look at one part sees the others, and what to allow")
  func denied() async throws {
    let server = try LoopbackServer { request in
      switch request.operation {
      case "AWSEvents.DescribeRule": .answer(200, [], #"{"State":"DISABLED","ScheduleExpression":"cron(0 * * * ? *)"}"#)
      default: .answer(403, [], #"{"__type":"AccessDeniedException","message":"not authorized"}"#)
      }
    }
    let status = try await automation(server).status()
    #expect(status.timer == RunTimer(schedule: "cron(0 * * * ? *)", isPaused: true))
    #expect(status.faults.map(\.kind) == [.timer, .unseen, .unseen, .unseen])
    #expect(status.faults.map(\.subject) == ["the-timer", "the job queues", "the run in progress", "the dead letters"])
  }

  @Test("A service that does not work leaves nothing to say")
  func failing() async throws {
    let server = try LoopbackServer { request in
      request.operation == "AWSEvents.DescribeRule"
        ? .answer(400, [], #"{"__type":"ValidationException","message":"no"}"#)
        : .answer(200, [], #"{"Attributes":{"ApproximateNumberOfMessages":"0"}}"#)
    }
    await #expect(throws: MirrorError.self) { try await automation(server).status() }
  }
}

struct QueueFaultTests {
  @Test(
    "A control job that waits for long is a fault, with why it waits",
    arguments: [
      (JobState.runnable, 601.0, "CAPACITY:INSUFFICIENT_INSTANCE_CAPACITY - try later", "it waits for capacity"),
      (.submitted, 3600, nil, "the control job waits"), (.runnable, 599, nil, nil), (.running, 3600, nil, nil),
    ] as [(JobState, Double, String?, String?)])
  func stuck(state: JobState, age: Double, statusReason: String?, reason: String?) throws {
    let now = Date(timeIntervalSince1970: 1_000_000)
    let job = ControlJob(
      id: "1", name: "control-1", state: state, reason: statusReason.map(WaitingReason.sentence), created: now - age)
    let fault = Fault.stuck(job, now: now)
    #expect((fault == nil) == (reason == nil))
    if let fault, let reason { #expect(fault.subject == "control-1" && fault.reason.contains(reason)) }
  }

  @Test(
    "A queue and a compute environment that run nothing say why",
    arguments: [
      ("ENABLED", "VALID", nil), ("ENABLED", "UPDATING", nil), ("DISABLED", "VALID", "is disabled: "),
      ("ENABLED", "INVALID", "is invalid: no roles"),
    ])
  func faults(state: String, status: String, reason: String?) throws {
    let text = """
      {"jobQueueName":"q","jobQueueArn":"arn:q","computeEnvironmentName":"q","state":"\(state)","status":"\(status)",
       "statusReason":"no roles"}
      """
    let queue = try JSONDecoder().decode(BatchClient.QueueDetail.self, from: Data(text.utf8))
    let environment = try JSONDecoder().decode(BatchClient.ComputeEnvironmentDetail.self, from: Data(text.utf8))
    for fault in [queue.fault, environment.fault] {
      #expect((fault == nil) == (reason == nil))
      if let fault, let reason { #expect(fault.subject == "q" && fault.reason.contains(reason)) }
    }
  }
}
