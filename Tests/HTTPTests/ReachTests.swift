import TestSupport
import Testing

@testable import HTTP

@Suite struct ReachTests {
  @Test(
    "An address is known in every spelling",
    arguments: [
      ("127.0.0.1", AddressScope.loopback), ("127.1", .loopback), ("127.255.255.254", .loopback),
      ("2130706433", .loopback), ("0x7f000001", .loopback), ("0x7f.1", .loopback), ("017700000001", .loopback),
      ("0177.0.0.1", .loopback), ("127.0.0.1.", .loopback), ("0.0.0.0", .loopback), ("0", .loopback),
      ("::1", .loopback), ("::", .loopback), ("[::1]", .loopback), ("0:0:0:0:0:0:0:1", .loopback),
      ("::ffff:127.0.0.1", .loopback), ("::ffff:7f00:1", .loopback), ("::127.0.0.1", .loopback),
      ("64:ff9b::7f00:1", .loopback), ("::ffff:0:127.0.0.1", .loopback), ("2002:7f00:1::", .loopback),
      ("localhost", .loopback), ("localhost.", .loopback), ("a.localhost", .loopback),
      ("169.254.169.254", .linkLocal), ("169.254.0.1", .linkLocal), ("2852039166", .linkLocal),
      ("0xa9fea9fe", .linkLocal), ("0xA9.0xFE.0xA9.0xFE", .linkLocal), ("025177524776", .linkLocal),
      ("0251.0376.0251.0376", .linkLocal), ("169.16689662", .linkLocal), ("::ffff:169.254.169.254", .linkLocal),
      ("::ffff:a9fe:a9fe", .linkLocal), ("64:ff9b::a9fe:a9fe", .linkLocal), ("2002:a9fe:a9fe::1", .linkLocal),
      ("fe80::1", .linkLocal), ("fe80::1%eth0", .linkLocal), ("febf::1", .linkLocal), ("fd00:ec2::254", .linkLocal),
      ("fd00:0ec2:0:0::23", .linkLocal), ("100.100.100.200", .linkLocal), ("168.63.129.16", .linkLocal),
      ("10.0.0.1", []), ("192.168.1.1", []), ("169.253.255.255", []), ("126.255.255.255", []), ("128.0.0.1", []),
      ("fec0::1", []), ("fd00::1", []), ("2001:db8::1", []), ("64:ff9b::a00:1", []), ("example.com", []),
      ("localhost.example", []), ("notlocalhost", []), ("127.0.0.1.example", []), ("", []),
    ] as [(String, AddressScope)])
  func scope(host: String, scope: AddressScope) {
    #expect(AddressScope(host: host) == scope)
  }

  @Test(
    "No spelling leads a request to a server that it must not reach",
    arguments: [
      "127.0.0.1", "127.1", "2130706433", "0x7f000001", "017700000001", "0.0.0.0", "localhost", "localhost.",
      "a.localhost", "[::ffff:127.0.0.1]", "%31%32%37.0.0.1",
    ] as [String])
  func refused(host: String) async throws {
    let server = try LoopbackServer { _ in .answer(200) }
    let transport = CurlTransport(environment: [:])
    let url = "http://\(host):\(server.port)/"
    let error = await #expect(throws: HTTPError.self) {
      try await transport.send(HTTPRequest("GET", url, reach: Reach(refused: .loopback)))
    }
    #expect(error?.code == .forbidden, "\(error?.description ?? "")")
    #expect(server.requests.isEmpty)
  }

  @Test func whatANameStandsForIsJudgedWhenItIsConnectedTo() async throws {
    let server = try LoopbackServer { _ in .answer(200) }
    let engine = CurlEngine(connectionsPerHost: 1)
    defer { engine.shutDown() }
    let url = try #require(HTTPURL("http://near.localhost:\(server.port)/"))
    // The engine alone: it sees the address, and not what the name tells.
    func outcome(_ refused: AddressScope) async -> Transfer.Outcome {
      await Transfer(HTTPRequest("GET", url.text, reach: Reach(refused: refused)), to: url).run(on: engine)
    }
    let refused = await outcome(.loopback)
    guard case .failure(let error) = refused else {
      Issue.record("an answer came from where the request must not go")
      return
    }
    #expect(error.code == .forbidden)
    #expect(error.description.contains("this machine itself"), "\(error)")
    #expect(server.connections == 0)
    let peer = try await outcome(.linkLocal).get().peer
    #expect(peer.map { AddressScope($0) } == .loopback)
    #expect(server.requests.count == 1)
    // The connection that is kept is no way round.
    guard case .failure(let later) = await outcome(.loopback) else {
      Issue.record("an answer came over a connection that another request made")
      return
    }
    #expect(later.code == .forbidden)
    #expect(server.requests.count == 1)
  }

  @Test("A redirect leads nowhere that is closed beyond", arguments: ["GET", "HEAD"])
  func redirects(method: String) async throws {
    let hidden = try LoopbackServer { _ in .answer(200, to: method) }
    let server = try LoopbackServer { request in
      let target =
        switch request.path {
        case "/metadata": "http://169.254.169.254/latest/meta-data/"
        case "/six": "http://[fd00:ec2::254]/"
        default: hidden.url + "/"
        }
      return .answer(302, [("Location", target)], to: method)
    }
    let transport = CurlTransport(environment: [:])
    let reach = Reach(refused: .linkLocal, refusedBeyond: [.linkLocal, .loopback])
    for path in ["/metadata", "/six"] {
      let error = await #expect(throws: HTTPError.self) {
        try await transport.send(HTTPRequest(method, server.url + path, followRedirects: true, reach: reach))
      }
      #expect(error?.code == .forbidden)
    }
    // The server is on this machine itself, so another one there is open to it.
    let response = try await transport.send(
      HTTPRequest(method, server.url + "/here", followRedirects: true, reach: reach))
    #expect(response.status == 200)
    #expect(hidden.requests.count == 1)
  }

  @Test func loopbackIsOpenBeyondAServerThatIsThereAndToNobodyElse() throws {
    let reach = Reach(refused: .linkLocal, refusedBeyond: [.linkLocal, .loopback])
    #expect(reach.beyond(IPAddress(literal: "127.0.0.1")).refused == .linkLocal)
    for peer in [IPAddress(literal: "192.0.2.1"), IPAddress(literal: "169.254.0.9"), nil] {
      #expect(reach.beyond(peer).refused == [.linkLocal, .loopback])
      #expect(reach.beyond(peer).beyond(IPAddress(literal: "127.0.0.1")).refused == .linkLocal)
    }
  }

  @Test func anExceptionIsOpenAndItsNeighbourIsNot() throws {
    let reach = Reach(refused: [.loopback, .linkLocal], exceptions: ["127.0.0.1:5001", "169.254.7.7"])
    let answers = ["http://127.0.0.1:5001/x", "https://169.254.7.7:9/", "http://127.0.0.1:5002/", "http://127.0.0.2/"]
      .map { HTTPURL($0).map { reach.refusal(of: $0) == nil } }
    #expect(answers == [true, true, false, false])
  }

  @Test(
    // https://pkg.go.dev/golang.org/x/net/http/httpproxy
    "The proxy is the one that Go's programs take",
    arguments: [
      (["https_proxy": "p:1"], "https://a.example/", "p:1"), (["HTTPS_PROXY": "p:1"], "https://a.example/", "p:1"),
      (["HTTPS_PROXY": "p:1"], "http://a.example/", nil), (["HTTP_PROXY": "p:1"], "http://a.example/", "p:1"),
      (["all_proxy": "p:1", "ALL_PROXY": "p:1"], "https://a.example/", nil),
      (["https_proxy": "p:1", "HTTPS_PROXY": "p:2"], "https://a.example/", "p:2"),
      (["https_proxy": "p:1", "HTTPS_PROXY": ""], "https://a.example/", "p:1"),
      (["https_proxy": "p:1"], "https://127.0.0.1:5000/", nil), (["https_proxy": "p:1"], "https://localhost/", nil),
      (["https_proxy": "p:1", "no_proxy": "*"], "https://a.example/", nil),
      (["https_proxy": "p:1", "NO_PROXY": "a.example"], "https://a.example/", nil),
      (["https_proxy": "p:1", "no_proxy": "example"], "https://a.example/", nil),
      (["https_proxy": "p:1", "no_proxy": ".example"], "https://a.example/", nil),
      (["https_proxy": "p:1", "no_proxy": ".a.example"], "https://a.example/", "p:1"),
      (["https_proxy": "p:1", "no_proxy": "*.lan"], "https://hub.lan/", nil),
      (["https_proxy": "p:1", "no_proxy": "*.lan"], "https://lan/", "p:1"),
      (["https_proxy": "p:1", "no_proxy": "*lan"], "https://hub.lan/", "p:1"),
      (["https_proxy": "p:1", "no_proxy": "x, *.Example"], "https://a.example/", nil),
      (["https_proxy": "p:1", "no_proxy": "x *.example"], "https://a.example/", "p:1"),
      (["https_proxy": "p:1", "no_proxy": "ample"], "https://a.example/", "p:1"),
      (["https_proxy": "p:1", "no_proxy": "a.example:443"], "https://a.example/", nil),
      (["https_proxy": "p:1", "no_proxy": "a.example:444"], "https://a.example/", "p:1"),
      (["https_proxy": "p:1", "no_proxy": ".example:443"], "https://a.example/", nil),
      (["https_proxy": "p:1", "no_proxy": ":443,,"], "https://a.example/", "p:1"),
      (["https_proxy": "p:1", "no_proxy": "192.0.2.0/24"], "https://192.0.2.77/", nil),
      (["https_proxy": "p:1", "no_proxy": "192.0.2.0/24"], "https://192.0.3.77/", "p:1"),
      (["https_proxy": "p:1", "no_proxy": "2001:db8::/32"], "https://[2001:db8::5]:5000/", nil),
      (["https_proxy": "p:1", "no_proxy": "2001:db8::5"], "https://[2001:db8::5]:5000/", nil),
      (["https_proxy": "p:1", "no_proxy": "[2001:db8::5]:5000"], "https://[2001:db8::5]:5000/", nil),
      (["https_proxy": "p:1", "no_proxy": "[2001:db8::5]:5001"], "https://[2001:db8::5]:5000/", "p:1"),
      (["https_proxy": "p:1", "no_proxy": "192.0.2.7:443"], "https://192.0.2.7/", nil),
      ([:], "https://a.example/", nil),
    ] as [([String: String], String, String?)])
  func proxies(environment: [String: String], url: String, proxy: String?) throws {
    let url = try #require(HTTPURL(url))
    #expect(ProxyRules { environment[$0] }.proxy(for: url) == proxy)
  }
}
