import TestSupport
import Testing

@testable import HTTP

@Suite struct RedirectTests {
  private let transport = CurlTransport(environment: [:])
  private let secrets: HTTPHeaders = ["Authorization": "Bearer x", "cookie": "y", "Accept": "z"]

  /// Redirects count in the time for the whole, which a busy machine takes for several of them.
  private func request(_ method: String, _ url: String, headers: HTTPHeaders = [:]) -> HTTPRequest {
    var request = HTTPRequest(method, url, headers: headers, followRedirects: true)
    request.timeouts = HTTPRequest.Timeouts(connect: .seconds(300), idle: .seconds(300), whole: .seconds(300))
    return request
  }

  @Test(arguments: [301, 302, 303, 307, 308], ["GET", "HEAD"])
  func aRedirectIsFollowedWithoutSecretsEvenOnTheSameHost(status: Int, method: String) async throws {
    let server = try LoopbackServer { request in
      request.path == "/there"
        ? .answer(200, [("X-There", "1")], "body", to: method)
        : .answer(status, [("Location", "there?q=1")], to: method)
    }
    let response = try await transport.send(
      request(method, "\(server.url)/here", headers: secrets))
    #expect(response.headers["X-There"] == "1")
    #expect(response.url == "\(server.url)/there?q=1")
    #expect(server.requests.map(\.method) == [method, method])
    #expect(server.requests.map { $0.headers["authorization"] } == ["Bearer x", nil])
    #expect(server.requests.map { $0.headers["cookie"] } == ["y", nil])
    #expect(server.requests.map { $0.headers["accept"] } == ["z", "z"])
  }

  @Test(arguments: [("GET", false), ("POST", true), ("DELETE", true)])
  func aRedirectIsTheAnswerWhereItIsNotToBeFollowed(method: String, follows: Bool) async throws {
    let server = try LoopbackServer { _ in .answer(302, [("Location", "/there")]) }
    let response = try await transport.send(HTTPRequest(method, server.url, followRedirects: follows))
    #expect(response.status == 302)
    #expect(server.requests.count == 1)
  }

  @Test func aCircleOfRedirectsEnds() async throws {
    let server = try LoopbackServer { _ in .answer(302, [("Location", "/round")]) }
    let error = await #expect(throws: HTTPError.self) {
      try await transport.send(request("GET", server.url))
    }
    #expect(error?.code == .badRedirect)
    #expect(server.requests.count == Redirect.limit + 1)
  }

  @Test(
    "Only http and https are followed, and never from https to http",
    arguments: [
      ("https://a.example/x", "https://b.example/y", "https://b.example/y"),
      ("https://a.example/x/y", "../z?q#f", "https://a.example/z?q"),
      ("http://a.example/x", "https://b.example/", "https://b.example/"),
      ("https://a.example/x", "//b.example/y", "https://b.example/y"),
      ("https://a.example/x", "http://a.example/x", nil),
      ("http://a.example/x", "file:///etc/passwd", nil),
      ("http://a.example/x", "gopher://b.example/", nil),
      ("http://a.example/x", "http://user:pass@b.example/", nil),
      ("http://a.example/x", "http://b.example/\u{1}", nil),
      ("http://a.example/x", "http://[", nil),
    ])
  func targets(from: String, location: String, target: String?) throws {
    let request = HTTPRequest("GET", from, headers: secrets, followRedirects: true)
    let response = HTTPResponse(status: 302, headers: ["location": location])
    if let target {
      let next = try Redirect.next(after: response, to: request)
      #expect(next?.url == target)
      #expect(next?.headers == ["Accept": "z"])
    } else {
      let error = #expect(throws: HTTPError.self) { try Redirect.next(after: response, to: request) }
      #expect(error?.code == .badRedirect)
    }
  }

  @Test func aRedirectWithoutATargetIsAnAnswer() throws {
    let request = HTTPRequest("GET", "http://a.example/", followRedirects: true)
    #expect(try Redirect.next(after: HTTPResponse(status: 302), to: request) == nil)
    #expect(try Redirect.next(after: HTTPResponse(status: 304, headers: ["Location": "/"]), to: request) == nil)
  }
}
