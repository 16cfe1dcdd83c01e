import AWSClient
import Foundation
import MirrorCore
import Support
import TestSupport
import Testing

@testable import AWSBackend

/// Logs as CloudWatch Logs gives them at its most awkward: partial and empty pages, tokens that end, streams that are
/// not there yet.
struct CloudWatchJobLogsTests {
  /// AWS Batch with one job that runs its second attempt, and CloudWatch Logs that answers as the test says.
  private func server(
    group: String? = nil, status: String = "RUNNING", _ answer: @escaping @Sendable ([String: JSONValue]) -> [Step]
  ) throws -> LoopbackServer {
    let configuration = group.map {
      #","logConfiguration":{"logDriver":"awslogs","options":{"awslogs-group":"\#($0)"}}"#
    }
    let job = """
      {"jobs":[{"jobId":"id","jobName":"run-1","jobQueue":"q","jobDefinition":"d","status":"\(status)",
      "parameters":{"source":"s","dest":"d"},"attempts":[{"container":{"logStreamName":"first"}}],
      "container":{"logStreamName":"second"\(configuration ?? "")}}]}
      """
    return try LoopbackServer { request in
      switch request.operation {
      case "Logs_20140328.GetLogEvents":
        let input = try? JSONDecoder().decode([String: JSONValue].self, from: Data(request.body))
        return answer(input ?? [:])
      default: return .answer(200, [], job)
      }
    }
  }

  private func logs(_ server: LoopbackServer) -> CloudWatchJobLogs {
    let queue = BatchQueue(server.connection(), BatchDouble.settings, pace: Pace(freshness: .seconds(600)))
    return CloudWatchJobLogs(server.connection(), queue)
  }

  private static func page(_ range: Range<Int>, forward: String, backward: String = "b") -> [Step] {
    let events = range.map { #"{"timestamp":\#($0),"message":"line \#($0)"}"# }.joined(separator: ",")
    return .answer(
      200, [], #"{"events":[\#(events)],"nextForwardToken":"\#(forward)","nextBackwardToken":"\#(backward)"}"#)
  }

  @Test("The end of a log is put together from partial pages, in order")
  func tail() async throws {
    let server = try server { input in
      switch input["nextToken"] {
      case nil: Self.page(8..<10, forward: "f/9", backward: "b/8")
      case .string("b/8"): Self.page(0..<0, forward: "x", backward: "b/7")
      case .string("b/7"): Self.page(5..<8, forward: "x", backward: "b/5")
      default: Self.page(0..<0, forward: "x", backward: "b/5")
      }
    }
    let page = try await logs(server).lines(job: "id", attempt: nil, after: nil, limit: 100)
    #expect(page.lines.map(\.text) == (5..<10).map { "line \($0)" })
    #expect(page.lines.last?.time == Date(milliseconds: 9))
    #expect(page.attempt == 2 && page.cursor == "2:9:f/9")
  }

  @Test("A reader goes on where it was, past empty pages, and stays where nothing is new")
  func onwards() async throws {
    let server = try server { input in
      switch input["nextToken"] {
      case .string("f/1"): Self.page(0..<0, forward: "f/2")
      case .string("f/2"): Self.page(3..<5, forward: "f/3")
      default: Self.page(0..<0, forward: "f/3")
      }
    }
    let logs = logs(server)
    let page = try await logs.lines(job: "id", attempt: nil, after: "2:1:f/1", limit: 100)
    #expect(page.lines.map(\.text) == ["line 3", "line 4"] && page.cursor == "2:4:f/3")
    let rest = try await logs.lines(job: "id", attempt: nil, after: page.cursor, limit: 100)
    #expect(rest.lines.isEmpty && rest.cursor == page.cursor)
    #expect(server.requests.count { $0.operation == "/v1/describejobs" } == 1, "the job is asked for now and then")
  }

  @Test("A reader that was away for longer than a token lives goes on by time")
  func expired() async throws {
    let server = try server { input in
      guard input["nextToken"] == nil else {
        return .answer(
          400, [], #"{"__type":"InvalidParameterException","message":"The specified nextToken is invalid."}"#)
      }
      return input["startTime"] == .integer(8) ? Self.page(8..<10, forward: "f/new") : Self.page(0..<0, forward: "f")
    }
    let page = try await logs(server).lines(job: "id", attempt: 2, after: "2:7:f/old", limit: 100)
    #expect(page.lines.map(\.text) == ["line 8", "line 9"] && page.cursor == "2:9:f/new")
  }

  @Test("A cursor that is none, or of another attempt, is the start of the log", arguments: ["1:5:f/5", "x", "::", ""])
  func otherCursor(cursor: String) async throws {
    let server = try server { input in
      input["nextToken"] == nil && input["startFromHead"] == .bool(true)
        ? Self.page(0..<2, forward: "f/2") : Self.page(0..<0, forward: "f")
    }
    let page = try await logs(server).lines(job: "id", attempt: 2, after: cursor, limit: 100)
    #expect(page.lines.count == 2 && page.cursor == "2:1:f/2")
  }

  @Test("Each attempt has its stream, in the group that the job names or the stack's", arguments: [nil, "/own"])
  func streams(group: String?) async throws {
    let seen = Lock<[[String: JSONValue]]>([])
    let server = try server(group: group) { input in
      seen.withLock { $0.append(input) }
      return Self.page(0..<0, forward: "f", backward: "b")
    }
    for attempt in [1, 2] { _ = try await logs(server).lines(job: "id", attempt: attempt, after: nil, limit: 1) }
    #expect(Set(seen.withLock(\.self).compactMap { $0["logStreamName"] }) == [.string("first"), .string("second")])
    #expect(Set(seen.withLock(\.self).compactMap { $0["logGroupName"] }) == [.string(group ?? "/g")])
  }

  @Test("What is not there yet is empty; what cannot come is an error")
  func missing() async throws {
    func refusing(_ message: String) throws -> LoopbackServer {
      try server { _ in .answer(400, [], #"{"__type":"ResourceNotFoundException","message":"\#(message)"}"#) }
    }
    let noStream = try refusing("The specified log stream does not exist.")
    let page = try await logs(noStream).lines(job: "id", attempt: nil, after: nil, limit: 10)
    #expect(page.lines.isEmpty && page.cursor == "2::")
    let noGroup = try refusing("The specified log group does not exist.")
    let error = await #expect(throws: MirrorError.self) {
      try await logs(noGroup).lines(job: "id", attempt: nil, after: nil, limit: 10)
    }
    #expect(error?.description.contains("/g") == true)
    let early = try server(status: "RUNNABLE") { _ in Self.page(0..<1, forward: "f") }
    #expect(try await logs(early).lines(job: "id", attempt: nil, after: nil, limit: 10).attempt == 1)
    #expect(try await logs(early).lines(job: "id", attempt: 7, after: nil, limit: 10).lines.isEmpty)
  }

  @Test("The log of a job that AWS Batch forgot says where it may still be")
  func forgotten() async throws {
    let server = try LoopbackServer { _ in .answer(200, [], #"{"jobs":[]}"#) }
    let error = await #expect(throws: MirrorError.self) {
      try await logs(server).lines(job: "id", attempt: nil, after: nil, limit: 10)
    }
    #expect(error?.kind == .notFound && error?.description.contains("log group /g") == true)
  }

  @Test("An answer that has no end is not read for ever")
  func endless() async throws {
    let server = try server { input in
      guard case .string(let token) = input["nextToken"] else { return Self.page(0..<0, forward: "1", backward: "1") }
      return Self.page(0..<0, forward: token + "1", backward: token + "1")
    }
    let page = try await logs(server).lines(job: "id", attempt: nil, after: nil, limit: 10)
    #expect(page.lines.isEmpty)
    _ = try await logs(server).lines(job: "id", attempt: nil, after: page.cursor, limit: 10)
    #expect(server.requests.count < 60)
  }

  @Test(
    "The programs' JSON lines read as they do on one machine; others stay as they are",
    arguments: [
      (
        #"{"timestamp":"2026-11-23T20:00:00.250Z","level":"WARN","message":"copied","label":"mirror","job":"j","run":"r","source":"s","destination":"d.example/a:1","a":"b"}"#,
        "warning copied a=b destination=d.example/a:1"
      ),
      (#"{"level":"INFO","message":"done"}"#, "info done"), (#"{"level":"INFO"}"#, #"{"level":"INFO"}"#),
      (#"{"level":7,"message":"x"}"#, #"{"level":7,"message":"x"}"#), ("{", "{"), ("plain", "plain"), ("", ""),
    ])
  func json(message: String, text: String) throws {
    let event = try JSONDecoder().decode(LogEvent.self, from: JSONEncoder().encode(["message": message]))
    #expect(LogLine(event).text == text)
  }
}
