import HTTP

/// The Lambda Runtime API, version 2018-06-01: one event at a time, each answered before the next.
struct RuntimeClient: Sendable {
  private let base: String
  private let transport: any HTTPTransport

  /// - Parameter api: `AWS_LAMBDA_RUNTIME_API`, a host and port.
  init(api: String, transport: any HTTPTransport) {
    base = "http://\(api)/2018-06-01/runtime"
    self.transport = transport
  }

  /// Says that the function cannot start.
  func reportInitError(_ error: FunctionError) async throws(HTTPError) {
    try await post("\(base)/init/error", error)
  }

  private func post(_ url: String, _ error: FunctionError) async throws(HTTPError) {
    let request = HTTPRequest(
      "POST", url,
      headers: ["Content-Type": "application/json", "Lambda-Runtime-Function-Error-Type": error.type],
      body: error.json)
    _ = try await transport.send(request)
  }
}

/// An error as Lambda shows it: a type for machines and a sentence for a person.
struct FunctionError: Error, Sendable {
  let type: String
  let message: String
}
