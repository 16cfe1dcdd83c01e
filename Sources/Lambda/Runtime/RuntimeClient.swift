import HTTP

/// The Lambda Runtime API, version 2018-06-01: one event at a time, each answered before the next.
///
/// https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
struct RuntimeClient: Sendable {
  private let base: String
  private let transport: any HTTPTransport

  /// - Parameter api: `AWS_LAMBDA_RUNTIME_API`, a host and port.
  init(api: String, transport: any HTTPTransport) {
    base = "http://\(api)/2018-06-01/runtime"
    self.transport = transport
  }

  /// What the API made of an answer.
  enum Reception: Sendable, Equatable {
    case accepted
    /// With a 4xx status: 413 where the answer is too large, 400 where the invocation is over already.
    case refused(status: Int)
  }

  /// Waits for the next event, for however long.
  func next() async throws(RuntimeError) -> Invocation {
    // A function that has nothing to do is frozen for as long as Lambda likes.
    let endless = HTTPRequest.Timeouts(idle: nil, whole: nil)
    let response = try await send(HTTPRequest("GET", "\(base)/invocation/next", timeouts: endless))
    guard response.status == 200 else {
      throw RuntimeError(.status, "it answered \(response.status) when asked for an event")
    }
    return try Invocation(response)
  }

  func answer(_ requestID: String, with body: [UInt8]) async throws(RuntimeError) -> Reception {
    try await post("invocation/\(requestID)/response", body: body)
  }

  func report(_ requestID: String, _ error: FunctionError) async throws(RuntimeError) -> Reception {
    try await post("invocation/\(requestID)/error", error)
  }

  /// Says that the function cannot start.
  func reportInitError(_ error: FunctionError) async throws(RuntimeError) -> Reception {
    try await post("init/error", error)
  }

  private func post(_ path: String, _ error: FunctionError) async throws(RuntimeError) -> Reception {
    try await post(path, body: error.json, headers: ["Lambda-Runtime-Function-Error-Type": error.type])
  }

  private func post(
    _ path: String, body: [UInt8], headers: HTTPHeaders = [:]
  ) async throws(RuntimeError) -> Reception {
    var request = HTTPRequest("POST", "\(base)/\(path)", headers: headers, body: body)
    request.headers["Content-Type"] = "application/json"
    let response = try await send(request)
    switch response.status {
    case 200..<300: return .accepted
    case 400..<500: return .refused(status: response.status)
    default: throw RuntimeError(.status, "it answered \(response.status) to the function's response")
    }
  }

  private func send(_ request: HTTPRequest) async throws(RuntimeError) -> HTTPResponse {
    var request = request
    // It is on this machine, whatever proxy the function's own requests go through.
    request.ignoresProxies = true
    do throws(HTTPError) {
      return try await transport.send(request)
    } catch {
      throw RuntimeError(error.code == .cancelled ? .cancelled : .unreachable, error.description)
    }
  }
}
