import FoundationEssentials
import OCIRegistry
import Support
import Testing

@testable import Lambda

@Suite("Events of the timer")
struct ScheduledEventTests {
  private func read(_ json: String) throws -> ScheduledEvent {
    try ScheduledEvent(json: Array(json.utf8), requestID: "request-1")
  }

  static let event = """
    {"version":"0","id":"53dc4d37-cffa-4f76-80c9-8b7d4a4d2eaa","detail-type":"Scheduled Event","source":"aws.events",
    "account":"123456789012","time":"2026-11-23T20:00:00Z","region":"us-east-1","resources":[],"detail":{}}
    """

  @Test("a run has the event's time and id in its name, and the name is one for AWS Batch")
  func name() throws {
    let name = RunName(try read(Self.event))
    #expect(name.run.hasPrefix("20261123T200000Z-"))
    #expect(name == RunName(try read(Self.event)))
    #expect(name != RunName(try read(Self.event.replacing("53dc4d37", with: "53dc4d38"))))
    #expect(name.job == "control-\(name.run)")
    #expect(name.job.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-") })
  }

  @Test(
    "an event without an id is known by the request",
    arguments: [
      "{}", #"{"id":""}"#, #"{"id":null,"time":"soon"}"#,
      #"{"source":"aws.events","detail-type":"Scheduled Event","detail":{}}"#,
    ])
  func withoutID(json: String) throws {
    let isTimed = json.contains("aws.events")
    #expect(try read(json) == ScheduledEvent(id: "request-1", time: nil, isTimed: isTimed))
    #expect(RunName(try read(json)).run.hasPrefix("event-"))
  }

  @Test("an id may hold anything", arguments: ["../..", "a b", "\\u0000", String(repeating: "x", count: 100_000)])
  func oddID(id: String) throws {
    let name = RunName(try read(#"{"id":"\#(id)","time":"2026-11-23T20:00:00Z"}"#))
    #expect(name.job.count == "control-20261123T200000Z-4f2a91c0".count)
  }

  @Test("a schedule of EventBridge Scheduler starts a run as a rule does")
  func scheduler() throws {
    let event = """
      {"version":"0","id":"d565d36f-a484-46ca-8ca8-ff01feb2c827","detail-type":"Scheduled Event","source":"aws.scheduler",
      "account":"123456789012","time":"2026-11-23T20:00:00Z","region":"us-east-1",
      "resources":["arn:aws:scheduler:us-east-1:123456789012:schedule/default/runs"],"detail":"{}"}
      """
    let scheduled = try read(event)
    #expect(scheduled.id == "d565d36f-a484-46ca-8ca8-ff01feb2c827")
    #expect(scheduled.time == Date(rfc3339: "2026-11-23T20:00:00Z"))
  }

  @Test("what is no event is an error", arguments: ["", "null", "[]", "7", "{", #"{"id":7}"#, "\u{0}"])
  func garbage(json: String) {
    #expect(throws: FunctionError.self) { try read(json) }
  }

  @Test(
    "what no schedule sends starts no run, and the refusal says what came",
    arguments: [
      (PushMessageTests.ecr(), "'ECR Image Action' of aws.ecr"),
      (event.replacing("aws.events", with: "my.app"), "'Scheduled Event' of my.app"),
      (
        event.replacing("Scheduled Event", with: "AWS API Call via CloudTrail"),
        "'AWS API Call via CloudTrail' of aws.events"
      ),
      (#"{"Records":[{"eventSource":"aws:s3","s3":{"object":{"key":"k"}}}]}"#, "records of aws:s3"),
      (#"{"Records":[{"EventSource":"aws:sns","Sns":{"Message":"{}"}}]}"#, "records of aws:sns"),
      (#"{"Records":[{"messageId":"a","body":"{}","eventSource":"aws:sqs"}]}"#, "records of aws:sqs"),
      (#"{"Records":[7]}"#, "records of something unknown"),
      (#"{"version":"2.0","routeKey":"$default","requestContext":{"http":{}},"body":"{}"}"#, "an HTTP request"),
      (#"{"httpMethod":"POST","path":"/","body":"{\"id\":\"a\"}"}"#, "an HTTP request"),
      (#"{"id":"a","time":"2026-11-23T20:00:00Z","source":"x/y:1"}"#, "an object with id, source, time"),
      (#"{"detail":[1,2]}"#, "an object with detail"), (#"{"source":"aws.events"}"#, "an object with source"),
    ])
  func foreign(json: String, words: String) {
    let error = #expect(throws: FunctionError.self) { try read(json) }
    #expect(error?.type == "Event.Invalid")
    #expect(error?.message.contains(words) == true, "\(error?.message ?? "")")
  }
}

@Suite("Messages of the push queue")
struct PushMessageTests {
  static func ecr(
    account: String = "123456789012", region: String = "eu-central-1", action: String = "PUSH",
    result: String = "SUCCESS", repository: String = "team/app", tag: String? = "1.0"
  ) -> String {
    let tag = tag.map { #","image-tag":"\#($0)""# } ?? ""
    return #"""
      {"version":"0","id":"13cde686-328b-6117-af20-0e5566167482","detail-type":"ECR Image Action","source":"aws.ecr",
      "account":"\#(account)","time":"2019-11-16T01:54:34Z","region":"\#(region)","resources":[],
      "detail":{"result":"\#(result)","repository-name":"\#(repository)","image-digest":"sha256:7f5b2640fe6fb4f46592",
      "action-type":"\#(action)"\#(tag)}}
      """#
  }

  @Test(
    "a tagged push names its source, with the host name of the region's partition",
    arguments: [
      ("eu-central-1", "123456789012.dkr.ecr.eu-central-1.amazonaws.com/team/app:1.0"),
      ("cn-north-1", "123456789012.dkr.ecr.cn-north-1.amazonaws.com.cn/team/app:1.0"),
      ("us-gov-west-1", "123456789012.dkr.ecr.us-gov-west-1.amazonaws.com/team/app:1.0"),
      ("eusc-de-east-1", "123456789012.dkr.ecr.eusc-de-east-1.amazonaws.eu/team/app:1.0"),
    ])
  func push(region: String, source: String) throws {
    #expect(try PushMessage(body: Self.ecr(region: region)) == .mirror(try ImageReference(source)))
  }

  /// As in https://docs.aws.amazon.com/AmazonECR/latest/userguide/ecr-eventbridge.html
  static let replication = """
    {"version":"0","id":"c8b133b1-6029-ee73-e2a1-4f466b8ba999","detail-type":"ECR Replication Action","source":"aws.ecr",
    "account":"123456789012","time":"2024-05-08T20:44:54Z","region":"us-east-1",
    "resources":["arn:aws:ecr:us-east-1:123456789012:repository/docker-hub/alpine"],
    "detail":{"result":"SUCCESS","repository-name":"docker-hub/alpine",
    "image-digest":"sha256:7f5b2640fe6fb4f46592dfd3410c4a79dac4f89e4782432e0378abcd1234","source-account":"210987654321",
    "action-type":"REPLICATE","source-region":"us-west-2","image-tag":"3.17.2"}}
    """

  @Test("an image that was replicated is a source where it came to", arguments: ["REPLICATE", "PUSH"])
  func replicated(action: String) throws {
    let source = try ImageReference("123456789012.dkr.ecr.us-east-1.amazonaws.com/docker-hub/alpine:3.17.2")
    let event = Self.replication.replacing("REPLICATE", with: action)
    #expect(try PushMessage(body: event) == .mirror(source))
  }

  @Test(
    "a plain request names its source",
    arguments: [
      (#"{"source":"quay.io/a/b:1"}"#, "quay.io/a/b:1"),
      (#"{"source":"alpine:3.20"}"#, "docker.io/library/alpine:3.20"),
      (#"{"source":"quay.io/a/b","why":["not"]}"#, "quay.io/a/b"),
    ])
  func plain(body: String, source: String) throws {
    #expect(try PushMessage(body: body) == .mirror(try ImageReference(source)))
  }

  @Test(
    "what asks for nothing is ignored",
    arguments: [
      ecr(tag: nil), ecr(tag: ""), ecr(action: "DELETE"), ecr(result: "FAILURE"),
      ecr(action: "REPLICATE"), replication.replacing("REPLICATE", with: "DELETE"),
      replication.replacing("SUCCESS", with: "FAILED"), replication.replacing("image-tag", with: "tag"),
      ecr().replacing("ECR Image Action", with: "ECR Image Scan"), ecr().replacing("aws.ecr", with: "my.app"),
    ])
  func ignored(body: String) throws {
    guard case .ignore = try PushMessage(body: body) else {
      Issue.record("not ignored: \(body)")
      return
    }
  }

  @Test(
    "what cannot be understood is malformed",
    arguments: [
      "", "null", "[]", "{}", "7", "{", #"{"source":7}"#, #"{"source":""}"#, #"{"source":"UPPER/x:1"}"#,
      #"{"source":"a/b:1\n"}"#, ecr(account: "12"), ecr(account: "123456789012.evil"), ecr(region: ""),
      ecr(region: "eu/x"), ecr(region: "a.b"), ecr(repository: "Team"), ecr(repository: ""), ecr(repository: "a:b"),
      ecr(repository: "a@b"), ecr(tag: "-x"), ecr(tag: "a b"), ecr().replacing("\"account\"", with: "\"konto\""),
      ecr().replacing("\"detail\"", with: "\"rest\""),
      #"{"source":"a/b:1","pad":"\#(String(repeating: "x", count: PushMessage.limit))"}"#,
      String(repeating: "[", count: 60_000),
    ])
  func malformed(body: String) {
    let error = #expect(throws: PushMessage.Malformed.self) { try PushMessage(body: body) }
    #expect(error.map { $0.reason.utf8.count < 400 } == true)
  }

  private func batch(_ bodies: [(String, String)]) throws -> SQSBatch {
    let records = bodies.map { ["messageId": $0.0, "body": $0.1, "eventSource": "aws:sqs"] }
    return try SQSBatch(json: Array(try JSONEncoder().encode(["Records": records])))
  }

  @Test("a burst for one source is one request that all its messages share, in the order of the first")
  func burst() throws {
    let decision = PushDecision(
      try batch([
        ("m1", Self.ecr(tag: "2.0")), ("m2", Self.ecr()), ("m3", Self.ecr(tag: nil)),
        ("m4", #"{"source":"123456789012.dkr.ecr.eu-central-1.amazonaws.com/team/app:2.0"}"#), ("m5", "garbage"),
        ("m6", Self.ecr(tag: "2.0")),
      ]))
    #expect(decision.requests.map(\.source.tag) == ["2.0", "1.0"])
    #expect(decision.requests.map(\.messages) == [["m1", "m4", "m6"], ["m2"]])
    #expect(decision.ignored.map(\.message) == ["m3"])
    #expect(decision.malformed.map(\.message) == ["m5"])
  }

  @Test("a message whose body is no text is malformed, and the others count")
  func body() throws {
    let json =
      #"{"Records":[{"messageId":"a"},{"messageId":"b","body":7},{"messageId":"c","body":"{\"source\":\"x/y:1\"}"}]}"#
    let decision = PushDecision(try SQSBatch(json: Array(json.utf8)))
    #expect(decision.malformed.map(\.message) == ["a", "b"])
    #expect(decision.requests.map(\.messages) == [["c"]])
  }

  @Test(
    "what is no batch is an error, so that all of it comes again",
    arguments: [
      "", "{}", "[]", #"{"Records":{}}"#, #"{"Records":[{"body":"x"}]}"#, #"{"Records":[{"messageId":7}]}"#,
      #"{"Records":[\#(Array(repeating: #"{"messageId":"a"}"#, count: SQSBatch.limit + 1).joined(separator: ","))]}"#,
    ])
  func noBatch(json: String) {
    #expect(throws: FunctionError.self) { try SQSBatch(json: Array(json.utf8)) }
  }

  @Test("the answer names the messages that come again, as SQS reads it")
  func answer() throws {
    #expect(String(decoding: try SQSBatchAnswer(failed: []).json, as: UTF8.self) == #"{"batchItemFailures":[]}"#)
    let some = String(decoding: try SQSBatchAnswer(failed: ["a", "b"]).json, as: UTF8.self)
    #expect(some == #"{"batchItemFailures":[{"itemIdentifier":"a"},{"itemIdentifier":"b"}]}"#)
  }
}
