import FoundationEssentials
import Glibc
import HTTP
import Logging
import Support
import TestSupport

@testable import Lambda

/// A Runtime API that hands over given events, then waits, and keeps what it is told.
final class RuntimeServer: Sendable {
  /// What the function said of one invocation.
  struct Report: Sendable, Equatable {
    var path: String
    var errorType: String?
    var body: String
  }

  let server: LoopbackServer
  private let state: Lock<State>

  private struct State {
    var events: [[Step]]
    var refusal: [Step]?
    var reports: [Report] = []
  }

  /// - Parameters:
  ///   - events: answers to `next`, one after another; after the last it waits.
  ///   - reception: the answer to everything else.
  init(_ events: [[Step]], reception: [Step] = .answer(202, [], #"{"status":"OK"}"#)) throws {
    let state = Lock(State(events: events))
    self.state = state
    server = try LoopbackServer { request in
      if request.method == "GET", request.path == "/2018-06-01/runtime/invocation/next" {
        return state.withLock { $0.events.isEmpty ? [.hang] : $0.events.removeFirst() }
      }
      let report = Report(
        path: String(request.path.dropFirst("/2018-06-01/runtime/".count)),
        errorType: request.headers["lambda-runtime-function-error-type"],
        body: String(decoding: request.body, as: UTF8.self))
      state.withLock { $0.reports.append(report) }
      return reception
    }
  }

  /// What was said so far, once that is `count` things.
  func reports(_ count: Int) async throws -> [Report] {
    try await waitFor("report \(count) of the function") {
      let reports = state.withLock { $0.reports }
      return reports.count >= count ? reports : nil
    }
  }

  var client: RuntimeClient {
    RuntimeClient(api: server.host, transport: CurlTransport(environment: [:]))
  }

  func loop(_ handler: @escaping RunLoop.Handler) -> RunLoop {
    RunLoop(client: client, logger: quiet, handler: handler)
  }
}

let quiet = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

/// The answer to `next` with an event.
func event(
  _ id: String, _ body: String = "{}", timeLeft: Duration = .seconds(3600), headers: [(String, String)] = []
) -> [Step] {
  let deadline = Int((Date.now.timeIntervalSince1970 + timeLeft.seconds) * 1000)
  let fixed = [("Lambda-Runtime-Aws-Request-Id", id), ("Lambda-Runtime-Deadline-Ms", "\(deadline)")]
  return .answer(200, fixed + headers, body)
}
