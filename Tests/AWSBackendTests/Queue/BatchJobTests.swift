import AWSClient
import Foundation
import MirrorCore
import Support
import Testing

@testable import AWSBackend

/// How a job on AWS Batch is read.
struct BatchJobTests {
  /// As `DescribeJobs` answers: a job of two destinations, submitted by a run.
  static func detail(_ status: String, _ members: String = "") throws -> BatchClient.JobDetail {
    let text = """
      {"jobId":"id-1","jobName":"push-0123456789abcdef","jobQueue":"arn:q","jobDefinition":"arn:d","status":"\(status)",
      "createdAt":1000,"parameters":{"source":"r.example/a:1","dest":"d.example/a:1,e.example/a:1"},
      "container":{"environment":[{"name":"ECRMIRROR_ORIGIN","value":"run"},{"name":"ECRMIRROR_RUN","value":"r1"}]}
      \(members.isEmpty ? "" : ",\(members)")}
      """
    return try JSONDecoder().decode(BatchClient.JobDetail.self, from: Data(text.utf8))
  }

  static func attempt(_ exitCode: Int?, reason: String? = nil, _ statusReason: String? = nil, at: Int = 2000) -> String
  {
    let container = [exitCode.map { "\"exitCode\":\($0)" }, reason.map { "\"reason\":\"\($0)\"" }].compactMap(\.self)
    let rest = statusReason.map { ",\"statusReason\":\"\($0)\"" } ?? ""
    return """
      {"container":{\(container.joined(separator: ","))},"startedAt":\(at),"stoppedAt":\(at + 500)\(rest)}
      """
  }

  static let exited = "Essential container in task exited"
  static let spot = "Your Spot Task was interrupted."
  static let host = "Host EC2 (instance i-0123) terminated."

  @Test("What was submitted is read back")
  func submitted() throws {
    let job = try #require(Job(try Self.detail("SUBMITTED")))
    #expect(
      job
        == Job(
          id: "id-1", name: "push-0123456789abcdef",
          request: JobRequest(
            origin: .run, mirror: "r.example/a:1", source: "r.example/a:1",
            destinations: ["d.example/a:1", "e.example/a:1"], run: "r1"), state: .submitted,
          created: Date(milliseconds: 1000)))
  }

  @Test("Without the variable the name tells the origin; a job without a source is none")
  func origin() throws {
    var detail = try Self.detail("RUNNABLE")
    detail.container = nil
    #expect(Job(detail)?.origin == .push)
    detail.jobName = "by-hand"
    #expect(Job(detail)?.origin == .adhoc)
    detail.parameters = nil
    #expect(Job(detail) == nil)
  }

  @Test("A state that is not known counts as one that waits")
  func newState() throws {
    #expect(Job(try Self.detail("SCHEDULED"))?.state == .pending)
  }

  struct End: Sendable, CustomTestStringConvertible {
    let attempt: String
    var status = "FAILED"
    var members = ""
    var exitCode: Int?
    let note: String?
    let reason: String?
    var testDescription: String { "\(status) \(attempt) \(members)" }
  }

  static let ends = [
    End(attempt: attempt(0, exited), status: "SUCCEEDED", exitCode: 0, note: nil, reason: nil),
    End(attempt: attempt(1, exited), exitCode: 1, note: nil, reason: "it failed with exit code 1"),
    End(
      attempt: attempt(2, exited), exitCode: 2, note: nil,
      reason: "the request is invalid (exit code 2); see its log"),
    End(
      attempt: attempt(3, exited), exitCode: 3, note: nil,
      reason: "a registry refused it or asked to retry later (exit code 3); see its log"),
    End(attempt: attempt(137, exited), note: "killed by signal 9", reason: "it was killed by signal 9"),
    End(
      attempt: attempt(137, reason: "OutOfMemoryError: Container killed due to memory usage", exited),
      note: "out of memory", reason: "it ran out of memory; raise the memory in the job definition"),
    End(
      attempt: attempt(143, spot), note: "interrupted: \(spot)",
      reason: "it was interrupted, as AWS reclaimed its machine: \(spot)"),
    // The job itself leaves with 1 when it is told to stop.
    End(
      attempt: attempt(1, spot), note: "interrupted: \(spot)",
      reason: "it was interrupted, as AWS reclaimed its machine: \(spot)"),
    End(
      attempt: attempt(nil, host), note: "interrupted: \(host)",
      reason: "it was interrupted, as AWS reclaimed its machine: \(host)"),
    End(
      attempt: attempt(137, "Job attempt duration exceeded timeout"),
      members: #""statusReason":"Job attempt duration exceeded timeout","isTerminated":true"#, note: "timed out",
      reason: "it took longer than its time-out"),
    End(
      attempt: attempt(nil, reason: "CannotPullContainerError: no such image", "Task failed to start"),
      note: "it could not be started: CannotPullContainerError: no such image",
      reason: "it could not be started: CannotPullContainerError: no such image"),
    End(
      attempt: attempt(nil, "ResourceInitializationError: no secret"),
      note: "it could not be started: ResourceInitializationError: no secret",
      reason: "it could not be started: ResourceInitializationError: no secret"),
    End(attempt: attempt(nil), note: "AWS Batch does not say why", reason: "AWS Batch does not say why"),
    End(
      attempt: attempt(143, "enough"), members: #""statusReason":"enough","isTerminated":true"#, note: "enough",
      reason: "enough"),
    // Cancelled while it waited for its second attempt.
    End(
      attempt: attempt(1, exited), members: #""statusReason":"not now","isCancelled":true"#, exitCode: 1, note: nil,
      reason: "not now"),
    End(
      attempt: attempt(0, exited), members: #""statusReason":"Dependent Job failed""#, exitCode: 0, note: nil,
      reason: "Dependent Job failed"),
  ]

  @Test("An attempt's end is explained, and the job's by its last", arguments: ends)
  func explained(_ end: End) throws {
    let members = #""attempts":[\#(end.attempt)],"startedAt":2000,"stoppedAt":2600"#
    let detail = try Self.detail(end.status, end.members.isEmpty ? members : "\(members),\(end.members)")
    let job = try #require(Job(detail))
    let attempt = try #require(job.attempts.first)
    #expect(job.attempts.count == 1)
    #expect(attempt.exitCode == end.exitCode)
    #expect(attempt.reason == end.note)
    #expect(attempt.started == Date(milliseconds: 2000) && attempt.stopped == Date(milliseconds: 2500))
    #expect(job.reason == end.reason)
    let isWish = ["enough", "not now"].contains(end.reason)
    #expect(job.state == (isWish ? .cancelled : end.status == "SUCCEEDED" ? .succeeded : .failed))
    #expect(job.started == Date(milliseconds: 2000) && job.stopped == Date(milliseconds: 2600))
  }

  @Test("A job that is tried again says why, while it waits and while it runs")
  func retried() throws {
    let attempts = #""attempts":[\#(Self.attempt(nil, Self.host)),\#(Self.attempt(1, Self.exited, at: 4000))]"#
    let waiting = try #require(Job(try Self.detail("RUNNABLE", attempts)))
    #expect(waiting.attempts.count == 2 && waiting.reason == "it failed with exit code 1")
    #expect(waiting.attempts.map(\.reason) == ["interrupted: \(Self.host)", nil])
    #expect(waiting.stopped == nil)
    let running = try #require(Job(try Self.detail("RUNNING", #"\#(attempts),"startedAt":6000"#)))
    #expect(running.attempts.map(\.number) == [1, 2, 3])
    #expect(running.attempts.last == JobAttempt(number: 3, started: Date(milliseconds: 6000)))
    #expect(running.reason == "it failed with exit code 1")
    // A service that keeps the first start: the third attempt began after the second ended.
    let first = try #require(Job(try Self.detail("RUNNING", #"\#(attempts),"startedAt":2000"#)))
    #expect(first.attempts.last?.started == Date(milliseconds: 4500))
    #expect(first.started == Date(milliseconds: 2000))
  }

  @Test(
    "A job that cannot be placed says what is wrong",
    arguments: [
      (
        "MISCONFIGURATION:COMPUTE_ENVIRONMENT_MAX_RESOURCE - CE(s) too small.",
        "it cannot start: it requires more than its compute environments may have; raise their maxvCpus, or lower the job definition's requirements (CE(s) too small.)"
      ),
      (
        "CAPACITY:INSUFFICIENT_INSTANCE_CAPACITY",
        "it waits for capacity: AWS has none for its compute environments at the moment"
      ),
      ("MISCONFIGURATION:SOMETHING_NEW - words", "it waits: MISCONFIGURATION:SOMETHING_NEW - words"),
      ("UNDETERMINED", "it waits: UNDETERMINED"),
    ])
  func stuck(statusReason: String, sentence: String) throws {
    #expect(Job(try Self.detail("RUNNABLE", #""statusReason":"\#(statusReason)""#))?.reason == sentence)
  }

  @Test("What a service says is made safe to show")
  func hostile() throws {
    let job = try #require(
      Job(
        try Self.detail(
          "FAILED", #""attempts":[\#(Self.attempt(nil, #"a\u001b[31mb"# + String(repeating: "x", count: 2000)))]"#)))
    #expect(job.reason?.contains("\u{1b}") == false && job.reason?.count ?? 0 < 600)
  }

  @Test(
    "Before it starts a job is cancelled, from then on terminated, and at its end left alone",
    arguments: zip(
      JobState.allCases, [StopDecision.cancel, .cancel, .cancel, .terminate, .terminate, .nothing, .nothing, .nothing]))
  func stop(state: JobState, decision: StopDecision) {
    #expect(StopDecision(state) == decision)
  }
}
