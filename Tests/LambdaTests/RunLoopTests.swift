import FoundationEssentials
import Glibc
import HTTP
import Support
import TestSupport
import Testing

@testable import Lambda

@Suite("The run loop, on a Runtime API on loopback")
struct RunLoopTests {
  private struct Refusal: Error, CustomStringConvertible {
    let description = "no \u{1b}[31mway"
  }

  /// Runs the loop until the function has said `count` things.
  private func reports(
    _ count: Int, _ events: [[Step]], reception: [Step] = .answer(202), _ handler: @escaping RunLoop.Handler
  ) async throws -> [RuntimeServer.Report] {
    let api = try RuntimeServer(events, reception: reception)
    let work = Task { try await api.loop(handler).run() }
    let reports = try await api.reports(count)
    work.cancel()
    try await work.value
    return reports
  }

  @Test("each event gets its own answer, one after another in one process")
  func answers() async throws {
    let reports = try await reports(3, [event("a-1", "1"), event("b-2", "2"), event("c-3", "3")]) { event, context in
      Array("\(String(decoding: event, as: UTF8.self)) \(context.requestID)".utf8)
    }
    #expect(
      reports == [
        .init(path: "invocation/a-1/response", body: "1 a-1"), .init(path: "invocation/b-2/response", body: "2 b-2"),
        .init(path: "invocation/c-3/response", body: "3 c-3"),
      ])
  }

  @Test("an error is reported with its type and a clean sentence, and the next event is served")
  func errors() async throws {
    let reports = try await reports(3, [event("a"), event("b"), event("c")]) { _, context in
      switch context.requestID {
      case "a": throw FunctionError(type: "Run.Refused", message: "job 7 \"lives\"")
      case "b": throw Refusal()
      default: return Array("{}".utf8)
      }
    }
    #expect(reports.map(\.path) == ["invocation/a/error", "invocation/b/error", "invocation/c/response"])
    #expect(reports.map(\.errorType) == ["Run.Refused", "Function.Failed", nil])
    let first = try JSONDecoder().decode([String: String].self, from: Data(reports[0].body.utf8))
    #expect(first == ["errorType": "Run.Refused", "errorMessage": "job 7 \"lives\""])
    let second = try JSONDecoder().decode([String: String].self, from: Data(reports[1].body.utf8))
    #expect(second["errorMessage"] == "no \u{fffd}[31mway")
  }

  @Test("work that is not done shortly before the deadline is cancelled and reported, and the next event is served")
  func deadline() async throws {
    let reports = try await reports(2, [event("late", timeLeft: .milliseconds(500)), event("next")]) { _, context in
      if context.requestID == "late" { try await Task.sleep(for: .seconds(3600)) }
      return []
    }
    #expect(reports.map(\.path) == ["invocation/late/error", "invocation/next/response"])
    #expect(reports[0].errorType == "Function.DeadlineExceeded")
    #expect(reports[0].body.contains("deadline at 20"))
  }

  @Test("a deadline that has passed already is an error at once")
  func passed() async throws {
    let reports = try await reports(1, [event("late", timeLeft: .seconds(-5))]) { _, _ in
      try await Task.sleep(for: .seconds(3600))
      return []
    }
    #expect(reports[0].errorType == "Function.DeadlineExceeded")
  }

  @Test("work that ends well after it was told to stop has ended well")
  func lastMoment() async throws {
    let reports = try await reports(1, [event("late", timeLeft: .milliseconds(100))]) { _, _ in
      try? await Task.sleep(for: .seconds(3600))
      return Array("done".utf8)
    }
    #expect(reports == [.init(path: "invocation/late/response", body: "done")])
  }

  @Test(
    "an event with an id and no deadline that can be used gets its error, and the next is served",
    arguments: [nil, "", "soon", "0", "-1", "1e99", "9223372036854775807", "99999999999999999999", "253402300800000"])
  func noDeadline(text: String?) async throws {
    let headers = [("Lambda-Runtime-Aws-Request-Id", "a")] + (text.map { [("Lambda-Runtime-Deadline-Ms", $0)] } ?? [])
    let reports = try await reports(2, [.answer(200, headers, "{}"), event("next")]) { _, context in
      #expect(context.requestID == "next")
      return []
    }
    #expect(reports.map(\.path) == ["invocation/a/error", "invocation/next/response"])
    #expect(reports[0].errorType == "Runtime.NoDeadline")
  }

  @Test("an answer larger than Lambda takes is an error that says how large; the largest goes through")
  func size() async throws {
    let reports = try await reports(2, [event("fits"), event("large")]) { _, context in
      [UInt8](repeating: 0x20, count: context.requestID == "fits" ? RunLoop.answerLimit : RunLoop.answerLimit + 1)
    }
    #expect(reports.map(\.path) == ["invocation/fits/response", "invocation/large/error"])
    #expect(reports[0].body.utf8.count == RunLoop.answerLimit)
    #expect(reports[1].errorType == "Function.ResponseSizeTooLarge")
    #expect(reports[1].body.contains("\(RunLoop.answerLimit + 1)"))
  }

  @Test("where Lambda refuses an answer, the loop goes on", arguments: [400, 403, 404, 413])
  func refused(status: Int) async throws {
    let reports = try await reports(2, [event("a"), event("b")], reception: .answer(status, [], "{}")) { _, _ in [] }
    #expect(reports.map(\.path) == ["invocation/a/response", "invocation/b/response"])
  }

  @Test("where Lambda fails to take an answer, the loop ends", arguments: [500, 502, 302])
  func broken(status: Int) async throws {
    let api = try RuntimeServer([event("a"), event("b")], reception: .answer(status, [("Location", "/")]))
    let error = await #expect(throws: RuntimeError.self) { try await api.loop { _, _ in [] }.run() }
    #expect(error?.kind == .status)
    #expect(error?.description.contains("\(status)") == true)
  }

  typealias Garbage = (name: String, steps: [Step], kind: RuntimeError.Kind)

  @Test(
    "garbage in place of an event ends the loop",
    arguments: [
      ("no request id", .answer(200, [("Lambda-Runtime-Deadline-Ms", "1")], "{}"), .garbage),
      ("an id that leads elsewhere", event("../../x"), .garbage),
      ("an endless id", event(String(repeating: "a", count: 129)), .garbage),
      ("an empty page", .answer(204), .status), ("a refusal", .answer(403), .status),
      ("a failure", .answer(500), .status),
      ("a redirect", .answer(302, [("Location", "/")]), .status),
      ("no HTTP", [.raw("hello\r\n\r\n"), .close], .unreachable),
      ("a broken connection", [.close], .unreachable),
      ("half an event", [.raw("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n{"), .close], .unreachable),
      (
        "an endless event", [.raw("HTTP/1.1 200 OK\r\n\r\n"), .endless([UInt8](repeating: 0x20, count: 65536))],
        .unreachable
      ),
    ] as [Garbage])
  func garbage(name: String, steps: [Step], kind: RuntimeError.Kind) async throws {
    let api = try RuntimeServer([steps])
    let error = await #expect(throws: RuntimeError.self) {
      try await api.loop { _, _ in
        Issue.record("the handler saw garbage")
        return []
      }.run()
    }
    #expect(error?.kind == kind, "\(error?.description ?? "")")
  }

  @Test("a loop that waits for an event ends when it is cancelled")
  func cancelledWaiting() async throws {
    let api = try RuntimeServer([event("a")])
    let work = Task { try await api.loop { _, _ in [] }.run() }
    _ = try await api.reports(1)
    work.cancel()
    try await work.value
  }

  @Test("work that is cancelled with the loop is reported before it ends")
  func cancelledWorking() async throws {
    let api = try RuntimeServer([event("a")])
    let (started, start) = AsyncStream<Void>.makeStream()
    let loop = api.loop { _, _ in
      start.finish()
      try await Task.sleep(for: .seconds(3600))
      return []
    }
    let work = Task { try await loop.run() }
    try await started.next("the work to begin")
    work.cancel()
    try await work.value
    #expect(try await api.reports(1).map(\.errorType) == ["Runtime.ShutDown"])
  }

  @Test("each invocation's trace is in the environment while it is served, and the API is asked past any proxy")
  func traceAndProxy() async {
    await #expect(processExitsWith: .success) {
      setenv("http_proxy", "http://127.0.0.1:1", 1)
      TraceVariable.reserve()
      let trace = "Root=1-5bef4de7-ad49b0e87f6ef6c87fc2e700;Parent=9a9197af755a6419;Sampled=1"
      let api = try RuntimeServer([event("a", headers: [("Lambda-Runtime-Trace-Id", trace)]), event("b")])
      let loop = api.loop { _, _ in
        Array((getenv("_X_AMZN_TRACE_ID").map { String(cString: $0) } ?? "none").utf8)
      }
      let work = Task { try await loop.run() }
      let said = try await api.reports(2).map(\.body)
      work.cancel()
      exit(said == [trace, ""] ? 0 : 1)
    }
  }

  @Test("an error at start-up is told with its type")
  func initError() async throws {
    let api = try RuntimeServer([])
    let error = FunctionError(type: "Runtime.NoSuchHandler", message: "no handler")
    #expect(try await api.client.reportInitError(error) == .accepted)
    let report = try await api.reports(1)[0]
    #expect(report.path == "init/error")
    #expect(report.errorType == "Runtime.NoSuchHandler")
  }
}
