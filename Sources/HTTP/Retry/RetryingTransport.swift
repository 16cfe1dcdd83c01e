import FoundationEssentials

/// Sends requests again as its policy says. Waits end at once when the task is cancelled.
public struct RetryingTransport: HTTPTransport {
  private let base: any HTTPTransport
  private let policy: HTTPRetryPolicy

  public init(_ base: any HTTPTransport, policy: HTTPRetryPolicy = HTTPRetryPolicy()) {
    self.base = base
    self.policy = policy
  }

  public func send(_ request: HTTPRequest) async throws(HTTPError) -> HTTPResponse {
    var attempt = 1
    while true {
      let outcome = await base.outcome(of: request)
      guard let wait = policy.wait(method: request.method, attempt: attempt, outcome: outcome, now: Date()) else {
        return try outcome.get()
      }
      do {
        try await Task.sleep(for: wait)
      } catch {
        throw HTTPError(.cancelled, host: HTTPURL(request.url)?.authority ?? "")
      }
      attempt += 1
    }
  }
}
