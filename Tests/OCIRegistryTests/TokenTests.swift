import HTTP
import Support
import TestSupport
import Testing

@testable import OCIRegistry

/// A registry with a token server at `/token`: tokens are `token-N`, and only those count that `accepts` takes.
private func makeRegistry(
  realm: @escaping @Sendable () -> String = { "/token" },
  scope: @escaping @Sendable (String) -> String = { "repository:\($0):pull" },
  token: @escaping @Sendable (Request, Int) -> [Step] = {
    .answer(200, [], #"{"token": "token-\#($1)"}"#, to: $0.method)
  },
  accepts: @escaping @Sendable (String) -> Bool = { $0.hasPrefix("Bearer token-") }
) throws -> LoopbackServer {
  let counter = Counter()
  return try LoopbackServer { request in
    if request.path == "/token" { return token(request, counter.next()) }
    if accepts(request.headers["authorization"] ?? "") { return .answer(200, manifestHeaders(), to: request.method) }
    let name = request.path.split(separator: "/").dropFirst().dropLast(2).joined(separator: "/")
    let challenge = """
      Basic realm="no", Bearer realm="http://\(request.headers["host"] ?? "")\(realm())", service="the registry", \
      scope="\(scope(name))"
      """
    return .answer(401, [("WWW-Authenticate", challenge)], to: request.method)
  }
}

@Suite struct TokenTests {
  @Test func aTokenIsFetchedOnceAndALaterLookCostsOneHead() async throws {
    let server = try makeRegistry()
    let client = makeClient()
    for _ in 0..<3 { _ = try await client.head(try server.reference("a/b:t")) }
    #expect(
      server.log == ["HEAD /v2/a/b/manifests/t", "GET /token", "HEAD /v2/a/b/manifests/t"]
        + Array(repeating: "HEAD /v2/a/b/manifests/t", count: 2))
    let request = server.requests[1]
    #expect(request.target == "/token?service=the%20registry&scope=repository%3Aa%2Fb%3Apull")
    #expect(request.headers["authorization"] == nil)
    #expect(server.requests.last?.headers["authorization"] == "Bearer token-1")
  }

  @Test func anotherRepositoryOfAKnownRegistryNeedsNoRefusalFirst() async throws {
    let server = try makeRegistry()
    let client = makeClient()
    _ = try await client.head(try server.reference("a:t"))
    _ = try await client.head(try server.reference("b:t"))
    #expect(server.log.suffix(2) == ["GET /token", "HEAD /v2/b/manifests/t"])
    #expect(server.requests.last?.headers["authorization"] == "Bearer token-2")
  }

  @Test func manyAtOnceShareOneToken() async throws {
    let server = try makeRegistry()
    let client = makeClient()
    let reference = try server.reference()
    try await withThrowingTaskGroup(of: Void.self) { group in
      for _ in 0..<50 { group.addTask { _ = try await client.head(reference) } }
      try await group.waitForAll()
    }
    #expect(server.log.count { $0 == "GET /token" } == 1)
  }

  @Test func aCancelledWaiterLeavesAtOnceAndTheOthersGetTheToken() async throws {
    let (asked, ask) = AsyncStream.makeStream(of: Void.self)
    let gate = Gate()
    let server = try makeRegistry(token: { request, number in
      ask.yield()
      gate.pass()
      return .answer(200, [], #"{"token": "token-\#(number)"}"#)
    })
    let client = makeClient()
    let reference = try server.reference()
    let first = Task { try await client.head(reference) }
    try await asked.next("a request for a token")
    let second = Task { try await client.head(reference) }
    first.cancel()
    let error = await #expect(throws: RegistryError.self) { try await first.value }
    #expect(error?.kind == .cancelled)
    gate.open()
    #expect(try await second.value.digest.description == digestA)
    #expect(server.log.count { $0 == "GET /token" } == 1)
  }

  @Test func aRefusedTokenIsReplacedOnceAndThenTheRefusalIsTheAnswer() async throws {
    let accepted = Lock("Bearer token-1")
    let server = try makeRegistry(accepts: { given in accepted.withLock { $0 == given } })
    let client = makeClient()
    _ = try await client.head(try server.reference())
    accepted.withLock { $0 = "Bearer token-2" }
    _ = try await client.head(try server.reference())
    #expect(server.log.count { $0 == "GET /token" } == 2)
    accepted.withLock { $0 = "none" }
    let before = server.requests.count
    let error = await #expect(throws: RegistryError.self) { try await client.head(try server.reference()) }
    #expect(error?.kind == .unauthorized)
    #expect(server.requests.count - before == 3)
  }

  @Test func credentialsGoToTheTokenServerAndNotToTheRegistry() async throws {
    let server = try makeRegistry()
    _ = try await makeClient(.basic(username: "me", password: "p:w")).head(try server.reference())
    #expect(server.requests[1].headers["authorization"] == "Basic bWU6cDp3")
    #expect(server.requests[0].headers["authorization"] == nil)
    #expect(server.requests[2].headers["authorization"] == "Bearer token-1")
  }

  @Test func anIdentityTokenIsExchangedByPost() async throws {
    let answer = #"{"access_token": "token-x", "expires_in": 300}"#
    let server = try makeRegistry(token: { _, _ in .answer(200, [], answer) })
    _ = try await makeClient(.identityToken("id/+=&")).head(try server.reference("a/b:t"))
    let request = server.requests[1]
    #expect(request.method == "POST")
    #expect(request.target == "/token")
    #expect(request.headers["content-type"] == "application/x-www-form-urlencoded")
    #expect(
      String(decoding: request.body, as: UTF8.self)
        == "service=the%20registry&scope=repository%3Aa%2Fb%3Apull&grant_type=refresh_token&client_id=ecrmirror"
        + "&refresh_token=id%2F%2B%3D%26")
  }

  @Test(
    "A token server's failure is told with its host, and not remembered",
    arguments: [
      (Array.answer(401, [], #"{"details": "incorrect username or password"}"#), RegistryError.Kind.unauthorized),
      (.answer(403), .denied), (.answer(404), .server(status: 404)), (.answer(400), .server(status: 400)),
      (.answer(200, [], "{}"), .invalidAnswer), (.answer(200, [], "<html>"), .invalidAnswer),
      (.answer(200, [], #"{"token": "a\r\nb"}"#), .invalidAnswer), ([.raw("garbage\r\n\r\n"), .close], .invalidAnswer),
      (.answer(429, [("Retry-After", "3600")]), .throttled(until: nil)),
    ])
  func failing(steps: [Step], kind: RegistryError.Kind) async throws {
    let server = try makeRegistry(token: { request, number in
      number == 1 ? steps : .answer(200, [], #"{"token": "token-\#(number)"}"#)
    })
    let client = makeClient(.basic(username: "me", password: "hunter2"))
    let error = await #expect(throws: RegistryError.self) { try await client.head(try server.reference()) }
    if case .throttled = kind {
      guard case .throttled(.some) = error?.kind else {
        Issue.record("\(error?.description ?? "")")
        return
      }
    } else {
      #expect(error?.kind == kind, "\(error?.description ?? "")")
    }
    #expect(error?.description.contains(server.host) == true)
    #expect(error?.description.contains("hunter2") == false)
    #expect(try await client.head(try server.reference()).digest.description == digestA)
  }

  @Test func aTokenServerThatFailsForAMomentIsAskedAgain() async throws {
    let server = try makeRegistry(token: { _, number in
      number < 3 ? .answer(503, [("Retry-After", "0")]) : .answer(200, [], #"{"token": "token-x"}"#)
    })
    _ = try await makeClient().head(try server.reference())
    #expect(server.log.count { $0 == "GET /token" } == 3)
  }

  @Test(
    "What a challenge tells about other repositories is no more than it says",
    arguments: [
      (nil, TokenScope.byName), ("repository:a/b:pull", .byName), ("repository:a/b:pull repository:c:pull", .byName),
      ("aws", .fixed("aws")), ("repository:proxy/a/b:pull", .unknown), ("repository:a/b:pull,push", .unknown),
      ("", .byName),
    ])
  func scopes(challenge: String?, rule: TokenScope) throws {
    #expect(TokenScope(challenge: challenge, repository: try ImageReference("h.io/a/b:t")) == rule)
  }

  @Test("What a challenge for a push tells about looks is what it says of its own repository")
  func pushScope() throws {
    let reference = try ImageReference("h.io/a/b:t")
    let scope = TokenScope(challenge: "repository:a/b:push,pull", repository: reference, isPush: true)
    #expect(scope == .byName)
    #expect(scope.scope(for: reference) == "repository:a/b:pull")
    #expect(scope.scope(for: reference, isPush: true) == "repository:a/b:pull,push")
  }

  @Test func oneTokenServesAllRepositoriesOfARegistryWithOneScope() async throws {
    let server = try makeRegistry(scope: { _ in "aws" })
    let client = makeClient()
    for name in ["a", "b", "c"] { _ = try await client.head(try server.reference("\(name):t")) }
    #expect(
      server.log == ["HEAD /v2/a/manifests/t", "GET /token"] + ["a", "b", "c"].map { "HEAD /v2/\($0)/manifests/t" })
  }

  @Test func whereScopesFollowNoRuleEachRepositoryIsAskedFirst() async throws {
    let server = try makeRegistry(scope: { "repository:proxy/\($0):pull" })
    let client = makeClient()
    for name in ["a", "b"] { _ = try await client.head(try server.reference("\(name):t")) }
    #expect(server.requests.filter { $0.path == "/token" }.map(\.target).allSatisfy { $0.contains("proxy") })
    #expect(server.requests.count == 6)
  }

  @Test func aTokenServerThatMovedIsFoundAgain() async throws {
    let path = Lock("/token")
    let server = try makeRegistry(
      realm: { path.withLock { $0 } },
      accepts: { given in
        given == (path.withLock { $0 } == "/token" ? "Bearer token-1" : "Bearer token-3")
      })
    let client = makeClient()
    _ = try await client.head(try server.reference("a:t"))
    path.withLock { $0 = "/token?moved" }
    _ = try await client.head(try server.reference("b:t"))
    #expect(server.requests.last?.headers["authorization"] == "Bearer token-3")
  }

  @Test func aRealmIsAnAddressAndItsQueryIsKept() {
    for realm in ["", "token", "ftp://a.example/", "https://user@a.example/"] {
      #expect(TokenServer(AuthChallenge(scheme: "bearer", parameters: ["realm": realm])) == nil)
    }
    let query = AuthChallenge(scheme: "bearer", parameters: ["realm": "https://a.example/token?x=1"])
    #expect(
      TokenServer(query)?.request(scopes: ["s"], credential: nil).url
        == "https://a.example/token?x=1&scope=s")
  }
}
