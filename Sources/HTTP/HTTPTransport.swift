/// Sends requests: the libcurl engine, or a layer above it such as `RetryingTransport`.
public protocol HTTPTransport: Sendable {
  /// Sends one request and reads its whole answer.
  ///
  /// - Throws: `HTTPError`; its code is `cancelled` when the calling task was.
  func send(_ request: HTTPRequest) async throws(HTTPError) -> HTTPResponse
}

extension HTTPTransport {
  /// `send` with the error as a value.
  public func outcome(of request: HTTPRequest) async -> Result<HTTPResponse, HTTPError> {
    do {
      return .success(try await send(request))
    } catch {
      return .failure(error)
    }
  }
}
