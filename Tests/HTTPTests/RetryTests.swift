import FoundationEssentials
import HTTP
import Support
import TestSupport
import Testing

/// 2026-11-23 20:00:00 UTC
private let now = Date(timeIntervalSince1970: 1_795_464_000)

@Suite struct RetryTests {
  typealias Outcome = Result<HTTPResponse, HTTPError>

  private static func answer(_ status: Int, _ retryAfter: String? = nil) -> Outcome {
    var response = HTTPResponse(status: status)
    response.headers["Retry-After"] = retryAfter
    return .success(response)
  }

  private static func failure(_ code: HTTPError.Code) -> Outcome { .failure(HTTPError(code, host: "h")) }

  @Test(
    "What may pass is tried again, what will not is not",
    arguments: [
      ("GET", 1, answer(200), .accept), ("GET", 1, answer(404), .accept), ("GET", 1, answer(401), .accept),
      ("GET", 1, answer(501), .accept), ("GET", 1, answer(500), .backOff), ("HEAD", 1, answer(503), .backOff),
      ("GET", 1, answer(408), .backOff), ("GET", 1, answer(429), .backOff), ("DELETE", 1, answer(502), .backOff),
      ("GET", 1, answer(520), .backOff), ("HEAD", 1, answer(527), .backOff), ("GET", 1, answer(530), .backOff),
      ("GET", 1, answer(528), .accept), ("GET", 1, answer(529), .accept),
      ("POST", 1, answer(503), .accept), ("PATCH", 1, answer(503), .accept), ("POST", 1, failure(.timeout), .accept),
      ("GET", 3, answer(503), .backOff), ("GET", 4, answer(503), .accept), ("GET", 9, failure(.timeout), .accept),
      ("GET", 1, answer(429, "7"), .wait(.seconds(7))), ("GET", 1, answer(503, " 0 "), .wait(.zero)),
      ("GET", 1, answer(429, "30"), .wait(.seconds(30))), ("GET", 1, answer(429, "31"), .accept),
      ("GET", 1, answer(429, "99999999999999999999"), .accept), ("GET", 1, answer(429, "-1"), .backOff),
      ("GET", 1, answer(429, "soon"), .backOff), ("GET", 1, answer(200, "7"), .accept),
      ("GET", 1, answer(503, "Mon, 23 Nov 2026 20:00:05 GMT"), .wait(.seconds(5))),
      ("GET", 1, answer(503, "Mon, 23 Nov 2026 19:00:00 GMT"), .wait(.zero)),
      ("GET", 1, answer(503, "Mon, 23 Nov 2026 21:00:00 GMT"), .accept),
      ("GET", 1, failure(.cannotConnect), .backOff), ("GET", 1, failure(.cannotResolve), .backOff),
      ("GET", 1, failure(.connectionLost), .backOff), ("GET", 1, failure(.timeout), .backOff),
      ("GET", 2, failure(.timeout), .accept),
      ("GET", 1, failure(.tls), .accept), ("GET", 1, failure(.bodyTooLarge), .accept),
      ("GET", 1, failure(.cancelled), .accept), ("GET", 1, failure(.shutDown), .accept),
      ("GET", 1, failure(.invalidRequest), .accept), ("GET", 1, failure(.badRedirect), .accept),
    ] as [(String, Int, Outcome, HTTPRetryPolicy.Decision)])
  func decides(method: String, attempt: Int, outcome: Outcome, decision: HTTPRetryPolicy.Decision) {
    let policy = HTTPRetryPolicy()
    #expect(policy.decision(method: method, attempt: attempt, outcome: outcome, now: now) == decision)
    let wait = policy.wait(method: method, attempt: attempt, outcome: outcome, now: now)
    switch decision {
    case .accept: #expect(wait == nil)
    case .backOff: #expect(wait.map { $0 >= .zero && $0 <= policy.backoff.ceiling(attempt: attempt) } == true)
    case .wait(let named): #expect(wait == named)
    }
  }

  @Test(
    "A date to wait for is held against the server's own clock, and bounded",
    arguments: [
      ("Mon, 23 Nov 2026 20:00:05 GMT", "Mon, 23 Nov 2026 20:00:00 GMT", 5.0),
      ("Wed, 23 Nov 2016 20:00:05 GMT", "Wed, 23 Nov 2016 20:00:00 GMT", 5),
      ("Mon, 23 Nov 2026 20:00:05 GMT", "soon", 5), ("Mon, 23 Nov 2026 20:00:05 GMT", nil, 5),
      ("Tue, 23 Nov 2066 20:00:05 GMT", nil, 86_400), ("31536000", "Mon, 23 Nov 2026 20:00:00 GMT", 86_400),
    ] as [(String, String?, Double)])
  func retryAfter(header: String, date: String?, seconds: Double) {
    var response = HTTPResponse(status: 429)
    response.headers["Retry-After"] = header
    response.headers["Date"] = date
    #expect(response.retryAfter(now: now) == .seconds(seconds))
  }

  @Test(
    "An HTTP date is read as the moment it names",
    arguments: [
      ("Sun, 06 Nov 1994 08:49:37 GMT", 784_111_777.0), ("Thu, 01 Jan 1970 00:00:00 GMT", 0),
      ("Thu, 29 Feb 2024 23:59:60 GMT", 1_709_251_200), ("Fri, 01 Mar 2024 00:00:00 GMT", 1_709_251_200),
      ("Sat, 31 Dec 2099 12:00:00 GMT", 4_102_401_600), ("Mon, 23 Nov 2026 20:00:00 GMT", 1_795_464_000),
      ("Sunday, 06-Nov-94 08:49:37 GMT", nil), ("Sun, 06 Nov 1994 08:49:37 CET", nil), ("", nil),
      ("Sun, 06 Nov 99999 08:49:37 GMT", nil), ("Sun, 00 Nov 1994 08:49:37 GMT", nil),
      ("Sun, 06 Foo 1994 08:49:37 GMT", nil),
      ("Sun, 06 Nov 1994 24:00:00 GMT", nil), ("1994-11-06T08:49:37Z", nil),
    ] as [(String, Double?)])
  func httpDate(text: String, seconds: Double?) {
    #expect(Date(httpDate: text)?.timeIntervalSince1970 == seconds)
  }

  @Test func aRequestIsSentAgainUntilItSucceedsAndNoOftenerThanAllowed() async throws {
    let counter = Lock(0)
    let server = try LoopbackServer { request in
      let count = counter.withLock { count in
        count += 1
        return count
      }
      if request.path == "/never" { return .answer(503) }
      return count == 1 ? [.close] : count == 2 ? .answer(429, [("Retry-After", "0")]) : .answer(200)
    }
    let policy = HTTPRetryPolicy(attempts: 3, backoff: Backoff(base: .milliseconds(1), limit: .milliseconds(2)))
    let transport = RetryingTransport(CurlTransport(environment: [:]), policy: policy)
    #expect(try await transport.send(HTTPRequest("GET", server.url)).status == 200)
    #expect(server.requests.count == 3)
    #expect(try await transport.send(HTTPRequest("GET", "\(server.url)/never")).status == 503)
    #expect(server.requests.count == 6)
    #expect(try await transport.send(HTTPRequest("POST", "\(server.url)/never")).status == 503)
    #expect(server.requests.count == 7)
  }

  @Test func cancellingEndsTheWaitBetweenAttempts() async throws {
    let (arrived, arrival) = AsyncStream.makeStream(of: Void.self)
    let server = try LoopbackServer { _ in
      arrival.yield()
      return .answer(503, [("Retry-After", "3600")])
    }
    let transport = RetryingTransport(
      CurlTransport(environment: [:]), policy: HTTPRetryPolicy(retryAfterLimit: .seconds(86_400)))
    let task = Task { await transport.outcome(of: HTTPRequest("GET", server.url)) }
    try await arrived.next("a request to arrive")
    task.cancel()
    guard case .failure(let error) = await task.value else {
      Issue.record("an answer came of a cancelled request")
      return
    }
    #expect(error.code == .cancelled)
  }
}
