import Glibc
import HTTP
import Support
import TestSupport
import Testing

/// Generous bounds: they end a test that hangs, no test waits for them.
private let transport = CurlTransport(environment: [:])

@Suite struct CurlTransportTests {
  @Test(
    "A request arrives as it was written",
    arguments: [
      ("GET", ""), ("HEAD", ""), ("POST", ""), ("POST", "a=b\u{0}c"), ("PUT", "body"), ("PATCH", ""), ("DELETE", ""),
      ("DELETE", "why"), ("GET", "odd"),
    ])
  func arrives(method: String, body: String) async throws {
    let server = try LoopbackServer { .answer(200, to: $0.method) }
    let response = try await transport.send(
      HTTPRequest(
        method, "\(server.url)/a/../b%2Fc?d=e&f", headers: ["X-One": "1", "X-Empty": ""], body: Array(body.utf8)))
    #expect(response.status == 200)
    let request = try #require(server.requests.first)
    #expect(request.method == method)
    #expect(request.target == "/a/../b%2Fc?d=e&f")
    #expect(request.headers["x-one"] == "1")
    #expect(request.headers["x-empty"] == "")
    #expect(request.headers["expect"] == nil)
    #expect(request.headers["content-type"] == nil)
    #expect(request.body == Array(body.utf8))
  }

  @Test func anAnswerIsReadWholeWithRepeatedHeadersAndWithoutInterimOnes() async throws {
    let server = try LoopbackServer { _ in
      [
        .raw("HTTP/1.1 103 Early Hints\r\nX-Early: 1\r\n\r\n"),
        .raw("HTTP/1.1 404 Gone fishing\r\nLink: a\r\nlink:   b \r\nTransfer-Encoding: chunked\r\n\r\n"),
        .raw("3\r\nabc\r\n2\r\nde\r\n0\r\nX-Trailer: 1\r\n\r\n"),
      ]
    }
    let response = try await transport.send(HTTPRequest("GET", server.url))
    #expect(response.status == 404)
    #expect(response.headers.all("LINK") == ["a", "b"])
    #expect(response.headers["X-Early"] == nil)
    #expect(response.headers["X-Trailer"] == nil)
    #expect(String(decoding: response.body, as: UTF8.self) == "abcde")
    #expect(response.httpVersion == 1)
    #expect(response.url == "\(server.url)/")
  }

  @Test func theLengthInAHeadAnswerIsNoBodyHoweverLarge() async throws {
    let server = try LoopbackServer { _ in .answer(200, [("Content-Length", "99999999999")], to: "HEAD") }
    let response = try await transport.send(HTTPRequest("HEAD", server.url, bodyLimit: 10))
    #expect(response.headers["content-length"] == "99999999999")
    #expect(response.body.isEmpty)
  }

  typealias Failure = (String, [Step], HTTPError.Code)

  @Test(
    "Whatever a server does ends in an error that says so",
    arguments: [
      ("garbage", [.raw("\u{1}\u{2} no HTTP at all\r\n\r\n"), .close], .invalidAnswer),
      ("nothing", [.close], .connectionLost),
      ("half a header", [.raw("HTTP/1.1 200 OK\r\nX-Half: "), .close], .connectionLost),
      ("half a body", [.raw("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc"), .close], .connectionLost),
      ("a broken chunk", [.raw("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nabc")], .connectionLost),
      ("silence", [.hang], .timeout),
      ("silence amid headers", [.raw("HTTP/1.1 200 OK\r\nX-A: b\r\n"), .hang], .timeout),
      ("silence amid the body", [.raw("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc"), .hang], .timeout),
      ("an endless body", [.raw("HTTP/1.1 200 OK\r\n\r\n"), .endless([0x61])], .bodyTooLarge),
      ("a body over the limit", .answer(200, [], String(repeating: "x", count: 1001)), .bodyTooLarge),
      ("endless headers", [.raw("HTTP/1.1 200 OK\r\n"), .endless(Array("X-A: b\r\n".utf8))], .headersTooLarge),
      (
        "an endless header line", [.raw("HTTP/1.1 200 OK\r\nX-A: "), .endless([UInt8](repeating: 0x61, count: 999))],
        .headersTooLarge
      ),
      (
        "endless interim answers", [.endless(Array("HTTP/1.1 100 Continue\r\nX-A: bbbbbbbbbbbbbbb\r\n\r\n".utf8))],
        .headersTooLarge
      ),
    ] as [Failure])
  func fails(name: String, steps: [Step], code: HTTPError.Code) async throws {
    let server = try LoopbackServer { _ in steps }
    let timeouts = HTTPRequest.Timeouts(whole: code == .timeout ? .milliseconds(300) : .seconds(300))
    let request = HTTPRequest("GET", "\(server.url)/secret?token=secret", timeouts: timeouts, bodyLimit: 1000)
    let error = await #expect(throws: HTTPError.self) { try await transport.send(request) }
    #expect(error?.code == code, "\(error?.description ?? "")")
    #expect(error?.host == server.host)
    #expect(error?.description.contains("secret") == false)
  }

  @Test func aBodyOfExactlyTheLimitIsRead() async throws {
    let server = try LoopbackServer { _ in .answer(200, [], String(repeating: "x", count: 1000)) }
    #expect(try await transport.send(HTTPRequest("GET", server.url, bodyLimit: 1000)).body.count == 1000)
  }

  @Test func theIdleTimeoutEndsATransferThatStalls() async throws {
    let server = try LoopbackServer { _ in [.raw("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc"), .hang] }
    let timeouts = HTTPRequest.Timeouts(idle: .milliseconds(1), whole: .seconds(3600))
    let error = await #expect(throws: HTTPError.self) {
      try await transport.send(HTTPRequest("GET", server.url, timeouts: timeouts))
    }
    #expect(error?.code == .timeout)
  }

  @Test func withoutABoundAnAnswerIsWaitedForBeyondEveryUsualPause() async throws {
    let server = try LoopbackServer { _ in
      // Longer than the shortest idle time-out that libcurl knows.
      sleep(2)
      return .answer()
    }
    let timeouts = HTTPRequest.Timeouts(idle: nil, whole: nil)
    #expect(try await transport.send(HTTPRequest("GET", server.url, timeouts: timeouts)).status == 200)
  }

  @Test func wherenobodyListensThereIsNoConnection() async throws {
    let server = try LoopbackServer { _ in [.close] }
    let url = server.url
    server.stop()
    let error = await #expect(throws: HTTPError.self) { try await transport.send(HTTPRequest("GET", url)) }
    #expect(error?.code == .cannotConnect || error?.code == .connectionLost, "\(error?.description ?? "")")
    let unknown = await #expect(throws: HTTPError.self) {
      try await transport.send(HTTPRequest("GET", "http://nobody.invalid/"))
    }
    #expect(unknown?.code == .cannotResolve)
  }

  @Test(
    "What cannot be sent is refused before it is",
    arguments: [
      ("GET", "ftp://127.0.0.1/", "a", "b"), ("GET", "127.0.0.1", "a", "b"), ("GET", "/relative", "a", "b"),
      ("GET", "", "a", "b"), ("GET", "http://user:secret@127.0.0.1/", "a", "b"), ("GET", "http://h/a b", "a", "b"),
      ("GET", "http://h/\r\nX: y", "a", "b"), ("GET", "http://127.0.0.1/", "a", "b\r\nX: y"),
      ("GET", "http://127.0.0.1/", "a b", "b"), ("GET", "http://127.0.0.1/", "", "b"),
      ("GET", "http://127.0.0.1/", "a", "\u{0}"), ("G T", "http://127.0.0.1/", "a", "b"),
      ("", "http://127.0.0.1/", "a", "b"), ("GET", "file:///etc/passwd", "a", "b"),
    ])
  func refuses(method: String, url: String, name: String, value: String) async throws {
    var request = HTTPRequest(method, url)
    request.headers.add(name, value)
    let error = await #expect(throws: HTTPError.self) { try await transport.send(request) }
    #expect(error?.code == .invalidRequest)
    #expect(error?.description.contains("secret") == false)
  }

  @Test func manyRequestsGoOutAtOnceAndMoreThanThereAreConnectionsWaitTheirTurn() async throws {
    // Every one of the first eight is held until all eight are there.
    let barrier = Barrier(count: 8)
    let server = try LoopbackServer { request in
      if request.target.hasSuffix("held") { barrier.pass() }
      return .answer(200, [], request.target)
    }
    let transport = CurlTransport(connectionsPerHost: 8, environment: [:])
    try await withThrowingTaskGroup(of: Void.self) { group in
      for index in 0..<400 {
        let path = index < 8 ? "/\(index)held" : "/\(index)"
        group.addTask {
          let response = try await transport.send(HTTPRequest("GET", server.url + path))
          #expect(String(decoding: response.body, as: UTF8.self) == path)
        }
      }
      try await group.waitForAll()
    }
    #expect(server.requests.count == 400)
    #expect(server.connections == 8)
  }

  @Test func aProxyIsTakenFromTheEnvironmentAndNotUsedForExceptionsLoopbackNorWhereForbidden() async {
    await #expect(processExitsWith: .success) {
      let proxy = try LoopbackServer { .answer(200, [("X-Proxied", $0.target)], to: $0.method) }
      setenv("http_proxy", proxy.url, 1)
      setenv("no_proxy", "near.localhost", 1)
      let transport = CurlTransport(environment: [:])
      let direct = try LoopbackServer { _ in .answer(200) }
      let first = try await transport.send(HTTPRequest("GET", "http://far.example/x"))
      // libcurl itself knows that this name is 127.0.0.1.
      let near = direct.url.replacing("127.0.0.1", with: "near.localhost")
      let second = try await transport.send(HTTPRequest("GET", near))
      unsetenv("no_proxy")
      let third = try await transport.send(HTTPRequest("GET", near))
      let fourth = try await transport.send(HTTPRequest("GET", near, ignoresProxies: true))
      let fifth = try await transport.send(HTTPRequest("GET", direct.url))
      let proxied = [first, second, third, fourth, fifth].map { $0.headers["X-Proxied"] }
      let isRight = proxied == ["http://far.example/x", nil, near + "/", nil, nil]
      exit(isRight ? 0 : 1)
    }
  }

  @Test(arguments: [
    "odd://me:hunter2@127.0.0.1:1", "http://me:hunter2@127.0.0.1:1", "http://me:hunter2@[bad", "me:hunter2@",
  ])
  func noMessageShowsTheProxysPassword(proxy: String) async {
    await #expect(processExitsWith: .success) { [proxy] in
      setenv("http_proxy", proxy, 1)
      let outcome = await CurlTransport(environment: [:]).outcome(of: HTTPRequest("GET", "http://far.invalid/x"))
      guard case .failure(let error) = outcome else { exit(1) }
      exit(error.description.contains("hunter2") ? 2 : 0)
    }
  }
}

/// Holds threads until a given number of them have come.
private final class Barrier: Sendable {
  private let missing: Lock<Int>
  private let gate = Gate()

  init(count: Int) { missing = Lock(count) }

  func pass() {
    let isLast = missing.withLock { missing in
      missing -= 1
      return missing == 0
    }
    if isLast { gate.open() }
    gate.pass()
  }
}
