import FoundationEssentials
import Glibc
import Support
import TestSupport
import Testing

@testable import HTTP

@Suite struct GuardProxyTests {
  /// Sends this to the guard, and everything it answers until it ends the connection.
  private func ask(_ proxy: GuardProxy, _ text: String) throws -> String {
    let socket = try Socket.connect(
      to: Endpoint(host: "127.0.0.1", port: proxy.port), closed: [], opened: { _ in true }, gone: { _ in })
    defer { close(socket.descriptor) }
    socket.limit(.seconds(300))
    #expect(socket.send(Array(text.utf8)))
    socket.endSending()
    var answer: [UInt8] = []
    while socket.receive(into: &answer) {}
    return String(decoding: answer, as: UTF8.self)
  }

  private func signed(_ proxy: GuardProxy, _ start: String, _ fields: String...) -> String {
    ([start, "Proxy-Authorization: \(proxy.authorization)"] + fields).joined(separator: "\r\n") + "\r\n\r\n"
  }

  private func guardian(_ servers: [LoopbackServer], _ environment: [String: String] = [:]) throws -> GuardProxy {
    let endpoints = servers.map { Endpoint(host: "127.0.0.1", port: $0.port) }
    return try GuardProxy(
      GuardRules(servers: Dictionary(uniqueKeysWithValues: endpoints.map { ($0, []) }), plain: Set(endpoints)),
      proxies: ProxyRules { environment[$0] })
  }

  @Test("Who does not know the password is served nothing", arguments: ["", "Proxy-Authorization: Basic eDp5\r\n"])
  func strangers(field: String) throws {
    let server = try LoopbackServer { _ in .answer(200) }
    let proxy = try guardian([server])
    defer { proxy.stop() }
    for start in ["CONNECT \(server.host) HTTP/1.1", "GET \(server.url)/ HTTP/1.1"] {
      #expect(try ask(proxy, "\(start)\r\n\(field)\r\n").hasPrefix("HTTP/1.1 407 "))
    }
    #expect(server.connections == 0)
  }

  @Test func aRequestInPlainHTTPIsPassedOnAloneAndEndsItsConnection() throws {
    let server = try LoopbackServer { request in
      [.raw("HTTP/1.1 100 Continue\r\n\r\n")]
        + .answer(201, [("Connection", "keep-alive")], String(decoding: request.body, as: UTF8.self)) + [.close]
    }
    let other = try LoopbackServer { _ in .answer(200) }
    let proxy = try guardian([server, other])
    defer { proxy.stop() }
    let first = signed(
      proxy, "PATCH \(server.url)/v2/x?y=1 HTTP/1.1", "Host: \(server.host)", "Authorization: Basic eDp5",
      "Content-Length: 4")
    let answer = try ask(proxy, first + "body" + signed(proxy, "GET \(other.url)/second HTTP/1.1"))
    #expect(answer.hasPrefix("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 201 "))
    #expect(answer.contains("\r\nConnection: close\r\n"))
    #expect(!answer.contains("keep-alive"))
    #expect(answer.hasSuffix("\r\n\r\nbody"))
    #expect(server.requests.count == 1)
    let request = try #require(server.requests.first)
    #expect(request.target == "/v2/x?y=1")
    #expect(request.headers["authorization"] == "Basic eDp5")
    #expect(request.headers["proxy-authorization"] == nil)
    #expect(request.headers["connection"] == "close")
    // A second request on the same connection is never another server's.
    #expect(other.requests.isEmpty)
  }

  @Test func aTunnelCarriesBothWaysUntilBothSidesAreDone() throws {
    let server = try LoopbackServer { request in .answer(200, [], String(decoding: request.body, as: UTF8.self)) }
    let proxy = try guardian([server])
    defer { proxy.stop() }
    let body = String(repeating: "0123456789abcdef", count: 1 << 16)
    let answer = try ask(
      proxy,
      signed(proxy, "CONNECT \(server.host) HTTP/1.1")
        + "POST /x HTTP/1.1\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)")
    #expect(answer.hasPrefix("HTTP/1.1 200 Connection established\r\n\r\nHTTP/1.1 200 "))
    #expect(answer.hasSuffix(body))
    #expect(server.requests.count == 1)
  }

  @Test(
    "What is refused is told, kept, and not connected to",
    arguments: [
      ("CONNECT 169.254.169.254:443 HTTP/1.1", "link-local"),
      ("CONNECT 127.0.0.1:PORT HTTP/1.1", "this machine itself"),
      ("CONNECT 2130706433:PORT HTTP/1.1", "this machine itself"),
      ("GET http://127.0.0.1:PORT/token HTTP/1.1", "this machine itself"),
      ("GET http://169.254.169.254/latest HTTP/1.1", "link-local"),
      ("GET http://auth.example/token HTTP/1.1", "plain HTTP to auth.example:80 is refused"),
    ] as [(String, String)])
  func refusals(start: String, why: String) throws {
    let server = try LoopbackServer { _ in .answer(200) }
    let proxy = try guardian([])
    defer { proxy.stop() }
    let answer = try ask(
      proxy, signed(proxy, start.replacing("PORT", with: "\(server.port)"), "Authorization: Basic eDp5"))
    #expect(answer.hasPrefix("HTTP/1.1 403 ecrmirror: "), "\(answer)")
    #expect(answer.contains(why), "\(answer)")
    #expect(proxy.refusals.count == 1)
    #expect(proxy.refusals.first?.contains("`realms`") == true)
    #expect(server.connections == 0)
  }

  @Test func aNameThatStandsForAClosedAddressIsRefusedWhenItIsConnectedTo() throws {
    let server = try LoopbackServer { _ in .answer(200) }
    #expect(throws: Socket.Failure.self) {
      try Socket.connect(
        to: Endpoint(host: "127.0.0.1", port: server.port), closed: .loopback, opened: { _ in true }, gone: { _ in })
    }
    #expect(server.connections == 0)
  }

  @Test(
    "What makes no sense is answered so",
    arguments: [
      "garbage\r\n\r\n", "GET /x HTTP/1.1\r\n\r\n", "GET https://a.example/ HTTP/1.1\r\n\r\n",
      "CONNECT a.example HTTP/1.1\r\n\r\n", "CONNECT a.example:443 HTTP/1.0\r\n\r\n",
      "GET http://a.example/ HTTP/1.1\r\nA: b\r\n c\r\n\r\n", "GET http://u:p@a.example/ HTTP/1.1\r\n\r\n",
      String(repeating: "x", count: 70_000),
    ] as [String])
  func garbage(text: String) throws {
    let proxy = try guardian([])
    defer { proxy.stop() }
    #expect(try ask(proxy, text).hasPrefix("HTTP/1.1 400 "))
  }

  @Test func theProxyOfTheEnvironmentIsGoneThroughWithItsOwnPassword() throws {
    let upstream = try LoopbackServer { request in
      request.method == "CONNECT" ? [.raw("HTTP/1.1 200 OK\r\n\r\n")] : .answer(200, [], request.target) + [.close]
    }
    let address = "http://me:p%40ss@\(upstream.host)"
    let proxy = try GuardProxy(
      GuardRules(servers: [:], plain: [Endpoint(host: "plain.example", port: 80)]),
      proxies: ProxyRules { ["http_proxy": address, "https_proxy": address][$0] })
    defer { proxy.stop() }
    let plain = try ask(proxy, signed(proxy, "GET http://plain.example/x HTTP/1.1"))
    #expect(plain.hasSuffix("\r\n\r\nhttp://plain.example/x"))
    let tunnel = try ask(
      proxy, signed(proxy, "CONNECT cdn.example:443 HTTP/1.1") + "GET /inside HTTP/1.1\r\n\r\n")
    #expect(tunnel.hasSuffix("\r\n\r\n/inside"), "\(tunnel)")
    #expect(upstream.requests.map(\.target) == ["http://plain.example/x", "cdn.example:443", "/inside"])
    let password = "Basic " + Data("me:p@ss".utf8).base64EncodedString()
    #expect(upstream.requests.map { $0.headers["proxy-authorization"] } == [password, password, nil])
    // Nor does it lead to what is closed.
    #expect(try ask(proxy, signed(proxy, "CONNECT 169.254.169.254:443 HTTP/1.1")).hasPrefix("HTTP/1.1 403 "))
    #expect(upstream.requests.count == 3)
  }

  @Test(
    "What is received and what is sent each keep their pace, in a tunnel and in plain HTTP", arguments: [true, false])
  func paces(isTunnel: Bool) throws {
    let server = try LoopbackServer { request in
      .answer(200, [], String(decoding: request.body, as: UTF8.self)) + [.close]
    }
    let endpoint = Endpoint(host: "127.0.0.1", port: server.port)
    let (down, up) = (
      try SharedPace(file: nil, bytesPerSecond: 1 << 40), try SharedPace(file: nil, bytesPerSecond: 1 << 20)
    )
    let proxy = try GuardProxy(
      GuardRules(servers: [endpoint: []], plain: [endpoint]), paces: GuardPaces(toClient: down, toServer: up),
      proxies: ProxyRules { _ in nil })
    defer { proxy.stop() }
    let body = String(repeating: "x", count: 1 << 20)
    let start = ContinuousClock.now
    let request = "POST \(isTunnel ? "" : server.url)/x HTTP/1.1"
    let length = "Content-Length: \(body.utf8.count)"
    let answer = try ask(
      proxy,
      isTunnel
        ? signed(proxy, "CONNECT \(server.host) HTTP/1.1") + "\(request)\r\n\(length)\r\n\r\n\(body)"
        : signed(proxy, request, length) + body)
    #expect(answer.hasSuffix(body))
    // A second's bytes, of which a tenth goes at once, and what came with the head before the pace began.
    #expect(ContinuousClock.now - start > .milliseconds(800))
    // What was received was counted against the other.
    #expect(down.take(0) == .zero)
  }

  @Test("A connection that waits for its pace ends with the proxy") func stopped() async throws {
    let server = try LoopbackServer { _ in .answer(200) }
    let endpoint = Endpoint(host: "127.0.0.1", port: server.port)
    let pace = try SharedPace(file: nil, bytesPerSecond: SharedPace.least)
    _ = pace.take(Int(SharedPace.least) * 300)
    let proxy = try GuardProxy(
      GuardRules(servers: [endpoint: []]), paces: GuardPaces(toServer: pace), proxies: ProxyRules { _ in nil })
    let text = signed(proxy, "CONNECT \(server.host) HTTP/1.1")
    async let answer = Task.detached { try ask(proxy, text + String(repeating: "y", count: 100_000)) }.value
    try await waitFor("the tunnel") { server.connections == 1 }
    proxy.stop()
    #expect(try await answer.hasPrefix("HTTP/1.1 200 "))
  }

  @Test(
    "Only proxies for HTTP are gone through",
    arguments: [
      ("http://p:1", true), ("p:1", true), ("http://u:p@p:1/", true), ("https://p:1", false), ("socks5://p:1", false),
    ])
  func chains(proxy: String, canChain: Bool) {
    #expect(GuardProxy.canChain(ProxyRules { $0 == "https_proxy" ? proxy : nil }) == canChain)
  }

  @Test func stoppingEndsWhatIsUnderWay() async throws {
    let (arrived, arrival) = AsyncStream.makeStream(of: Void.self)
    let server = try LoopbackServer { _ in
      arrival.yield()
      return [.hang]
    }
    let proxy = try guardian([server])
    async let answer = Task.detached {
      try ask(proxy, signed(proxy, "CONNECT \(server.host) HTTP/1.1") + "GET / HTTP/1.1\r\n\r\n")
    }.value
    try await arrived.next("a request to arrive")
    proxy.stop()
    #expect(try await answer == "HTTP/1.1 200 Connection established\r\n\r\n")
    #expect(throws: Socket.Failure.self) { try ask(proxy, "") }
  }
}
