import FoundationEssentials
import Support
import TestSupport
import Testing

@testable import AWSClient

/// As the model of CloudWatch Logs has it that AWS publishes with botocore 1.43.
struct LogsClientTests {
  @Test(
    "Events are read from an end of the stream, or on from a token",
    arguments: [
      (LogsClient.Position.end, #""startFromHead":false"#), (.start(from: nil), #""startFromHead":true"#),
      (.start(from: 5), #""startFromHead":true,"startTime":5"#),
      (.forward("f"), #""startFromHead":true,"nextToken":"f""#),
      (.backward("b"), #""startFromHead":false,"nextToken":"b""#),
    ])
  func positions(position: LogsClient.Position, members: String) async throws {
    let server = try LoopbackServer { _ in
      .answer(
        200, [],
        #"""
        {"events":[{"timestamp":1,"message":"one","ingestionTime":2},{}],"nextForwardToken":"f/1","nextBackwardToken":"b/1"}
        """#)
    }
    let page = try await LogsClient(server.connection()).events("/g", stream: "s/1", position, limit: 50)
    #expect(page.events?.map(\.message) == ["one", nil])
    #expect(page.nextForwardToken == "f/1" && page.nextBackwardToken == "b/1")
    let request = try #require(server.requests.first)
    #expect(request.headers["x-amz-target"] == "Logs_20140328.GetLogEvents")
    let sent = try JSONDecoder().decode(JSONValue.self, from: Data(request.body))
    let expected = #"{"logGroupName":"/g","logStreamName":"s/1","limit":50,\#(members)}"#
    #expect(try sent == JSONDecoder().decode(JSONValue.self, from: Data(expected.utf8)))
  }

  @Test("No more events are asked for than the service gives", arguments: [(0, 1), (10_001, 10_000)])
  func limit(wanted: Int, asked: Int) async throws {
    let server = try LoopbackServer { _ in .answer(200, [], "{}") }
    let page = try await LogsClient(server.connection()).events("/g", stream: "s", .end, limit: wanted)
    #expect(page.events == nil)
    let sent = try JSONDecoder().decode(JSONValue.self, from: Data(try #require(server.requests.first).body))
    #expect(
      try sent
        == JSONDecoder().decode(
          JSONValue.self,
          from: Data(#"{"logGroupName":"/g","logStreamName":"s","limit":\#(asked),"startFromHead":false}"#.utf8)))
  }
}
