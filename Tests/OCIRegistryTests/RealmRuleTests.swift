import HTTP
import TestSupport
import Testing

@testable import OCIRegistry

@Suite struct RealmRuleTests {
  private typealias Reason = RealmRule.Refusal.Reason

  /// Where a registry is: behind TLS, in plain HTTP as the configuration says, or on this machine itself.
  enum Place: CaseIterable {
    case secure, insecure, here

    var rule: RealmRule { RealmRule(isPlain: self != .secure, isHere: self == .here) }
  }

  @Test(
    "Where a registry may have its sign-ins asked for",
    arguments: [
      ("https://auth.example/token", nil, nil, nil),
      ("https://10.0.0.1/token", nil, nil, nil),
      ("http://auth.example/token", .plainHTTP, nil, .plainHTTP),
      ("https://127.0.0.1:5001/", .loopback, .loopback, nil), ("http://127.0.0.1:5001/", .loopback, .loopback, nil),
      ("http://localhost/", .loopback, .loopback, nil), ("https://[::1]/", .loopback, .loopback, nil),
      ("https://2130706433/", .loopback, .loopback, nil), ("https://0x7f.1/", .loopback, .loopback, nil),
      ("https://[::ffff:7f00:1]/", .loopback, .loopback, nil), ("https://0.0.0.0/", .loopback, .loopback, nil),
      ("http://169.254.169.254/latest/api", .linkLocal, .linkLocal, .linkLocal),
      ("https://169.254.169.254/", .linkLocal, .linkLocal, .linkLocal),
      ("https://0xa9fea9fe/", .linkLocal, .linkLocal, .linkLocal),
      ("https://025177524776/", .linkLocal, .linkLocal, .linkLocal),
      ("https://2852039166/", .linkLocal, .linkLocal, .linkLocal),
      ("https://[::ffff:169.254.169.254]/", .linkLocal, .linkLocal, .linkLocal),
      ("https://[fe80::1]/", .linkLocal, .linkLocal, .linkLocal),
      ("https://[fd00:ec2::254]/", .linkLocal, .linkLocal, .linkLocal),
    ] as [(String, RealmRule.Refusal.Reason?, RealmRule.Refusal.Reason?, RealmRule.Refusal.Reason?)])
  func table(
    realm: String, secure: RealmRule.Refusal.Reason?, insecure: RealmRule.Refusal.Reason?,
    here: RealmRule.Refusal.Reason?
  ) throws {
    let url = try #require(HTTPURL(realm))
    let found = Place.allCases.map { place -> RealmRule.Refusal.Reason? in
      do throws(RealmRule.Refusal) {
        // What it may be asked at is judged again when it is connected to.
        #expect(try place.rule.reach(of: url).refused == (place == .here ? .linkLocal : [.linkLocal, .loopback]))
        return nil
      } catch {
        return error.reason
      }
    }
    #expect(found == [secure, insecure, here])
  }

  @Test(
    "The configuration allows a realm as it is spelt there, and no other",
    arguments: [
      ("127.0.0.1:5001", "https://127.0.0.1:5001/token", true), ("127.0.0.1:5001", "https://127.0.0.1:5002/", false),
      ("127.0.0.1:5001", "http://127.0.0.1:5001/", false), ("http://auth.lan", "http://auth.lan/token", true),
      ("http://auth.lan", "http://auth.lan:81/", false), ("auth.lan", "http://auth.lan/", false),
      ("169.254.1.1", "https://169.254.1.1/", true),
    ] as [(String, String, Bool)])
  func allowed(entry: String, realm: String, isAllowed: Bool) throws {
    let rule = RealmRule(isPlain: false, isHere: false, allowed: [entry])
    let url = try #require(HTTPURL(realm))
    #expect(((try? rule.reach(of: url)) == .everywhere) == isAllowed)
  }

  @Test(
    "A realm of the configuration is the same with the port of its scheme and without",
    arguments: [
      ("http://auth.lan:80", "http://auth.lan/token"), ("http://auth.lan", "http://auth.lan:80/token"),
      ("127.0.0.1:443", "https://127.0.0.1/token"), ("127.0.0.1", "https://127.0.0.1:443/token"),
      ("[::1]", "https://[::1]:443/token"), ("Auth.lan:5001", "https://auth.lan:5001/token"),
    ])
  func defaultPorts(entry: String, realm: String) throws {
    let configuration = RegistryConfiguration(realms: [entry])
    let rule = RealmRule("registry.example", peer: nil, configuration)
    #expect(try rule.reach(of: try #require(HTTPURL(realm))) == .everywhere)
    #expect(throws: RealmRule.Refusal.self) { try rule.reach(of: try #require(HTTPURL("http://auth.lan:8080/"))) }
  }

  @Test func aRegistryIsHereByItsNameOrByTheAddressThatAnswered() {
    func isHere(_ registry: String, _ peer: String?) -> Bool {
      RealmRule(registry, peer: peer.flatMap { IPAddress(literal: $0) }, RegistryConfiguration()).isHere
    }
    #expect(isHere("127.0.0.1:5000", nil))
    #expect(isHere("localhost:5000", nil))
    #expect(isHere("registry.lan", "127.0.0.1"))
    #expect(!isHere("registry.lan", "192.0.2.1"))
    #expect(!isHere("registry.lan", nil))
  }

  /// A registry elsewhere that names this realm to all who ask.
  private func registry(naming realm: String, _ more: String = "") throws -> ServerTransport {
    let server = try LoopbackServer { request in
      .answer(
        401, [("WWW-Authenticate", #"Bearer realm="\#(realm)",service="s",scope="repository:a:pull"\#(more)"#)],
        to: request.method)
    }
    return ServerTransport(server, isForAll: true)
  }

  private func client(_ transport: ServerTransport, _ configuration: RegistryConfiguration = .init()) -> RegistryClient
  {
    RegistryClient(
      transport: transport, credentials: FixedCredential(value: .basic(username: "me", password: "hunter2")),
      configuration: configuration)
  }

  @Test(
    "A realm that is refused is never asked, and the refusal names it and the setting",
    arguments: [
      ("http://auth.example/token", "\"http://auth.example\"", "read in transit"),
      ("https://169.254.169.254/latest", "\"169.254.169.254\"", "link-local"),
      ("https://127.0.0.1:5001/t", "\"127.0.0.1:5001\"", "this machine itself"),
    ] as [(String, String, String)])
  func refusal(realm: String, setting: String, why: String) async throws {
    let transport = try registry(naming: realm)
    let reference = try ImageReference("registry.example/a:t")
    for ask in [{ try await client(transport).head(reference) }, { try await client(transport).realms(of: reference) }]
      as [() async throws -> Any]
    {
      let error = await #expect(throws: RegistryError.self) { _ = try await ask() }
      let text = error?.description ?? ""
      for words in [realm, setting, "`realms`", why] { #expect(text.contains(words), "\(text)") }
    }
    #expect(transport.requests.map { HTTPURL($0.url)?.host } == ["registry.example", "registry.example"])
    #expect(transport.requests.allSatisfy { $0.headers["Authorization"] == nil })
  }

  @Test func anotherWayToSignInIsTakenWhereThereIsOneButNotByOthersWhoMayTakeTheFirst() async throws {
    let transport = try registry(naming: "http://auth.example/token", ", Basic realm=\"x\"")
    let reference = try ImageReference("registry.example/a:t")
    let error = await #expect(throws: RegistryError.self) { try await client(transport).head(reference) }
    #expect(error?.kind == .unauthorized)
    #expect(transport.requests.map { $0.headers["Authorization"] } == [nil, "Basic bWU6aHVudGVyMg=="])
    #expect(transport.requests.allSatisfy { $0.url.hasPrefix("https://registry.example/") })
    let other = await #expect(throws: RegistryError.self) { try await client(transport).realms(of: reference) }
    #expect(other?.kind == .misdirected(setting: "http://auth.example"))
  }

  @Test("Who has no password is not told to sign in where a token is refused by the realm's rules alone")
  func anonymously() async throws {
    // https://github.com/sonatype/nexus-public/issues/435: plain HTTP to the port of TLS, behind a proxy.
    let realm = "http://registry.example:443/v2/token"
    for more in ["", ", Basic realm=\"x\""] {
      let transport = try registry(naming: realm, more)
      let client = RegistryClient(transport: transport, credentials: AnonymousAccess())
      for _ in 1...2 {
        let error = await #expect(throws: RegistryError.self) {
          try await client.head(ImageReference("registry.example/a:t"))
        }
        #expect(error?.kind == .misdirected(setting: "http://registry.example:443"))
        let text = error?.description ?? ""
        #expect(text.contains(realm) && text.contains("`realms`") && !text.contains("skopeo login"), "\(text)")
      }
      #expect(transport.requests.allSatisfy { $0.url.hasPrefix("https://registry.example/") })
    }
    let refused = await #expect(throws: RegistryError.self) {
      try await client(try registry(naming: realm, ", Basic realm=\"x\"")).head(ImageReference("registry.example/a:t"))
    }
    #expect(refused?.kind == .unauthorized && refused?.description.contains(realm) == true)
  }

  @Test(
    "A realm that is no address is named, with what makes it one, and nobody is told to sign in",
    arguments: [
      // https://github.com/sonatype/nexus-public/issues/611 and /565
      #"realm="https://r.example:5001:5001/v2/token""#, #"realm="null://r.example:2375/v2/token""#,
      #"realm="file:///etc/passwd""#, #"realm="/v2/token""#, #"service="s""#,
    ])
  func noAddress(parameter: String) async throws {
    let server = try LoopbackServer { request in
      .answer(401, [("WWW-Authenticate", "Bearer \(parameter)")], to: request.method)
    }
    let error = await #expect(throws: RegistryError.self) { try await makeClient().head(server.reference()) }
    let text = error?.description ?? ""
    #expect(error?.kind == .invalidAnswer)
    let named = parameter.split(separator: "\"").dropFirst().first.map(String.init) ?? ""
    #expect(text.contains(named == "s" ? "names nothing" : named), "\(text)")
    #expect(text.contains("X-Forwarded-Proto") && !text.contains("skopeo login"))
  }

  @Test(
    "A token server, or a registry, that speaks TLS and is asked in plain HTTP is told as that",
    arguments: [
      "<html><title>400 The plain HTTP request was sent to HTTPS port</title></html>",
      "Client sent an HTTP request to an HTTPS server.\n",
      "<p>Reason: You're speaking plain HTTP to an SSL-enabled server port.<br />",
    ])
  func plainToTLS(page: String) async throws {
    let server = try LoopbackServer { request in
      request.path == "/token"
        ? .answer(400, [], page)
        : .answer(
          401, [("WWW-Authenticate", #"Bearer realm="http://\#(request.headers["host"] ?? "")/token",service="s""#)],
          to: request.method)
    }
    let error = await #expect(throws: RegistryError.self) { try await makeClient().head(server.reference()) }
    #expect(
      error?.description.contains("it requires TLS, and the request was plain HTTP") == true,
      "\(String(describing: error))")
    #expect(error?.description.contains("its token server \(server.host) answered 400") == true)
  }

  @Test func whatMayBeAskedIsAskedWithinTheSameBounds() async throws {
    let transport = try registry(naming: "https://auth.example/token")
    let reference = try ImageReference("registry.example/a:t")
    #expect(try await client(transport).realms(of: reference).map(\.url.text) == ["https://auth.example/token"])
    _ = try? await client(transport).head(reference)
    let token = try #require(transport.requests.first { $0.url.hasPrefix("https://auth.example/") })
    #expect(token.reach.refused == [.linkLocal, .loopback])
    let look = try #require(transport.requests.first)
    #expect(look.reach.refused == .linkLocal)
    #expect(look.reach.refusedBeyond == [.linkLocal, .loopback])
  }

  @Test func aTableThatNamesWhereMachinesKeepSecretsAsARegistryReachesNothing() async throws {
    for host in ["169.254.169.254", "[fd00:ec2::254]"] {
      let reference = try ImageReference("\(host)/latest:t")
      let error = await #expect(throws: RegistryError.self) { try await makeClient().head(reference) }
      #expect(error?.kind == .misdirected(setting: host))
    }
  }
}
