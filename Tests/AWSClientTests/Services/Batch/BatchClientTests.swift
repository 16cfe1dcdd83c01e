import FoundationEssentials
import Support
import TestSupport
import Testing

@testable import AWSClient

/// Requests and answers as the model of Batch that AWS publishes with botocore 1.43 has them.
struct BatchClientTests {
  private func document(_ bytes: some Collection<UInt8>) throws -> JSONValue {
    try JSONDecoder().decode(JSONValue.self, from: Data(bytes))
  }

  private func expect(_ server: LoopbackServer, _ number: Int = 0, path: String, _ text: String) throws {
    let request = server.requests[number]
    #expect(request.method == "POST" && request.target == path)
    #expect(try document(request.body) == document(text.utf8))
  }

  @Test("A job is submitted with parameters and variables, and its id comes back")
  func submit() async throws {
    let server = try LoopbackServer { _ in
      .answer(200, [], #"{"jobArn":"arn:x","jobName":"run-1","jobId":"id-1"}"#)
    }
    let id = try await BatchClient(server.connection()).submit(
      BatchClient.JobSubmission(
        name: "run-1", queue: "mirrors", definition: "mirror", parameters: ["source": "a:1", "dest": "b:1,c:1"],
        environment: ["ECRMIRROR_RUN": "r", "ECRMIRROR_ORIGIN": "run"]))
    #expect(id == "id-1")
    try expect(
      server, path: "/v1/submitjob",
      """
      {"jobName":"run-1","jobQueue":"mirrors","jobDefinition":"mirror","parameters":{"source":"a:1","dest":"b:1,c:1"},
      "containerOverrides":{"environment":[{"name":"ECRMIRROR_ORIGIN","value":"run"},{"name":"ECRMIRROR_RUN","value":"r"}]}}
      """)
  }

  @Test("A submission whose answer got lost is not sent again")
  func submitOnce() async throws {
    let server = try LoopbackServer { _ in [.close] }
    let error = await #expect(throws: AWSError.self) {
      _ = try await BatchClient(server.connection()).submit(
        BatchClient.JobSubmission(name: "n", queue: "q", definition: "d"))
    }
    #expect(error?.mayHaveHappened == true)
    #expect(server.requests.count == 1)
  }

  @Test(
    "Jobs are listed by one state, or by one filter in all states",
    arguments: [
      (BatchClient.JobSelection.status("RUNNABLE"), #""jobStatus":"RUNNABLE","maxResults":1000"#),
      (.createdAfter(7), #""filters":[{"name":"AFTER_CREATED_AT","values":["7"]}],"maxResults":100"#),
      (.createdBefore(8), #""filters":[{"name":"BEFORE_CREATED_AT","values":["8"]}],"maxResults":100"#),
      (.named("run-1"), #""filters":[{"name":"JOB_NAME","values":["run-1"]}],"maxResults":100"#),
    ])
  func list(selection: BatchClient.JobSelection, members: String) async throws {
    let server = try LoopbackServer { _ in
      .answer(
        200, [],
        #"""
        {"jobSummaryList":[{"jobId":"1","jobName":"n","status":"FAILED","createdAt":5,"container":{"exitCode":3}},
        {"jobId":"2","jobName":"m"}],"nextToken":"more"}
        """#)
    }
    let page = try await BatchClient(server.connection()).jobs(in: "mirrors", selection, after: "token")
    #expect(page.jobs.map(\.jobId) == ["1", "2"] && page.next == "more")
    #expect(page.jobs[0].status == "FAILED" && page.jobs[0].createdAt == 5 && page.jobs[1].status == nil)
    try expect(server, path: "/v1/listjobs", #"{"jobQueue":"mirrors",\#(members),"nextToken":"token"}"#)
  }

  @Test("Many jobs are described a hundred at a time; members that are not there are not missed")
  func describe() async throws {
    let server = try LoopbackServer { request in
      let text = String(decoding: request.body, as: UTF8.self)
      return .answer(
        200, [],
        text.contains(#""job-100""#)
          ? "{}"
          : #"""
          {"jobs":[{"jobId":"job-0","jobName":"n","jobQueue":"arn:q","jobDefinition":"arn:d","status":"RUNNING",
          "startedAt":9,"parameters":{"source":"a:1"},"attempts":[{"container":{"exitCode":1,"logStreamName":"s/1"},
          "startedAt":3,"stoppedAt":4,"statusReason":"Essential container in task exited"}],
          "container":{"environment":[{"name":"A","value":"b"},{"name":"EMPTY"}],"logStreamName":"s/2",
          "logConfiguration":{"logDriver":"awslogs","options":{"awslogs-group":"/g"}}},
          "isCancelled":false,"isTerminated":true,"eksProperties":{"podProperties":{}}},
          {"jobId":"job-1","jobName":"m","jobQueue":"arn:q","jobDefinition":"arn:d","status":"SUBMITTED"}]}
          """#)
    }
    let details = try await BatchClient(server.connection()).describe((0..<101).map { "job-\($0)" })
    #expect(server.requests.count == 2)
    #expect(details.map(\.jobId) == ["job-0", "job-1"])
    let first = try #require(details.first)
    #expect(first.attempts?.first?.container?.logStreamName == "s/1" && first.attempts?.first?.stoppedAt == 4)
    #expect(first.container?.logConfiguration?.options == ["awslogs-group": "/g"])
    #expect(first.isTerminated == true && first.startedAt == 9)
    #expect(details.last?.startedAt == nil)
    try expect(server, 1, path: "/v1/describejobs", #"{"jobs":["job-100"]}"#)
    #expect(try await BatchClient(server.connection()).describe([]).isEmpty)
    #expect(server.requests.count == 2)
  }

  @Test("Jobs are cancelled and terminated with a reason; the answer says nothing")
  func stop() async throws {
    let server = try LoopbackServer { _ in .answer(200, [], "{}") }
    let batch = BatchClient(server.connection())
    try await batch.cancel("1", reason: "enough")
    try await batch.terminate("2", reason: "too much")
    try expect(server, path: "/v1/canceljob", #"{"jobId":"1","reason":"enough"}"#)
    try expect(server, 1, path: "/v1/terminatejob", #"{"jobId":"2","reason":"too much"}"#)
  }

  @Test("A queue tells its state")
  func queues() async throws {
    let server = try LoopbackServer { _ in
      .answer(
        200, [],
        #"""
        {"jobQueues":[{"jobQueueName":"q","jobQueueArn":"arn:q","state":"ENABLED","status":"INVALID",
        "statusReason":"CLIENT_ERROR","priority":1,"computeEnvironmentOrder":[]}]}
        """#)
    }
    let queues = try await BatchClient(server.connection()).queues(["q"])
    #expect(queues.map(\.status) == ["INVALID"])
    try expect(server, path: "/v1/describejobqueues", #"{"jobQueues":["q"]}"#)
  }
}
