import HTTP
import TestSupport
import Testing

/// Fails the test where the emulator says that AWS would have refused what was asked, or would not have answered so.
///
/// A refusal alone could be taken for what the test expects.
struct StrictTransport: HTTPTransport {
  let inner: any HTTPTransport

  func send(_ request: HTTPRequest) async throws(HTTPError) -> HTTPResponse {
    let response = try await inner.send(request)
    if let words = response.headers[Emulator.faultHeader] { Issue.record("\(words)") }
    return response
  }
}
