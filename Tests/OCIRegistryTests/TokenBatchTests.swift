import FoundationEssentials
import OCIRegistry
import TestSupport
import Testing

@testable import OCIRegistry

@Suite struct TokenBatchTests {
  /// What a token server may make of a request for several repositories.
  enum Server: Sendable {
    case grantsAll
    case grantsTheFirst
    case refusesSeveral
    case givesTokensThatSayNothing
    /// Its registry takes no token that is for several.
    case grantsWhatIsNotTaken
    case grantsNothingOfTheFirstEver
    case isAskedTooOften
  }

  /// A token as the distribution project's specification has it, for these scopes.
  private static func token(_ scopes: [String]) -> String {
    let access = scopes.map { scope in
      #"{"type":"repository","name":"\#(scope.split(separator: ":")[1])","actions":["pull"]}"#
    }
    func encoded(_ text: String) -> String {
      Data(text.utf8).base64EncodedString().replacing("+", with: "-").replacing("/", with: "_").filter { $0 != "=" }
    }
    return "\(encoded("{}")).\(encoded(#"{"access":[\#(access.joined(separator: ","))]}"#)).c2ln"
  }

  private static func scopes(_ request: Request) -> [String] {
    request.target.split(separator: "&").filter { $0.hasPrefix("scope=") }
      .map { String($0.dropFirst(6)).replacing("%3A", with: ":").replacing("%2F", with: "/") }
  }

  /// Lets in who has a token that is for the repository, by its own words or, where it says nothing, by its name.
  private func registry(_ kind: Server) throws -> LoopbackServer {
    try LoopbackServer { request in
      if request.path == "/token" {
        let scopes = Self.scopes(request)
        let token: String
        switch kind {
        case .grantsAll, .grantsWhatIsNotTaken: token = Self.token(scopes)
        case .grantsNothingOfTheFirstEver: token = Self.token(scopes.filter { $0 != "repository:team/app-0:pull" })
        case .isAskedTooOften: return .answer(429, [("Retry-After", "3600")], to: request.method)
        case .grantsTheFirst: token = Self.token(Array(scopes.prefix(1)))
        case .refusesSeveral where scopes.count > 1: return .answer(400, to: request.method)
        case .refusesSeveral: token = Self.token(scopes)
        case .givesTokensThatSayNothing: token = scopes.joined(separator: "+")
        }
        return .answer(200, [], #"{"token": "\#(token)", "expires_in": 300}"#, to: request.method)
      }
      let name = request.path.split(separator: "/").dropFirst().dropLast(2).joined(separator: "/")
      let scope = "repository:\(name):pull"
      let bearer = (request.headers["authorization"] ?? "").dropFirst("Bearer ".count)
      let granted = TokenGrant.scopes(String(bearer))
      let isTaken = granted.contains(scope) && (kind != .grantsWhatIsNotTaken || granted.count == 1)
      if isTaken || bearer.split(separator: "+").contains(scope[...]) {
        return .answer(200, manifestHeaders(), to: request.method)
      }
      // Some registries say so of what a token is not for.
      if !bearer.isEmpty, kind != .grantsWhatIsNotTaken { return .answer(404, to: request.method) }
      let challenge = #"Bearer realm="http://\#(request.headers["host"] ?? "")/token",service="r",scope="\#(scope)""#
      return .answer(401, [("WWW-Authenticate", challenge)], to: request.method)
    }
  }

  @Test(
    "A token is for as many repositories as the registry grants, and nothing is called missing for want of one",
    arguments: [
      (.grantsAll, 2, 21), (.grantsTheFirst, 20, 21), (.refusesSeveral, 21, 21), (.givesTokensThatSayNothing, 21, 21),
      // Of the ten that have the first token each is refused once.
      (.grantsWhatIsNotTaken, 21, 31),
    ] as [(Server, Int, Int)])
  func several(kind: Server, requests: Int, looks: Int) async throws {
    let server = try registry(kind)
    let client = makeClient()
    let references = try (0..<20).map { try server.reference("team/app-\($0):t") }
    let next = UpcomingLooks { _ in references.map(\.withoutTag) }
    try await UpcomingLooks.$current.withValue(next) {
      for reference in references {
        let found = try await client.head(reference)
        #expect(found.digest.description == digestA)
      }
    }
    #expect(server.log.count { $0 == "GET /token" } == requests)
    #expect(client.status().first?.tokenRequests == requests)
    #expect(server.log.count { $0.hasPrefix("HEAD") } == looks)
  }

  @Test func oneRepositoryThatIsNotToBeHadKeepsTheOthersFromNothing() async throws {
    let server = try registry(.grantsNothingOfTheFirstEver)
    let client = makeClient()
    let references = try (0..<20).map { try server.reference("team/app-\($0):t") }
    let next = UpcomingLooks { _ in references.map(\.withoutTag) }
    try await UpcomingLooks.$current.withValue(next) {
      let error = await #expect(throws: RegistryError.self) { try await client.head(references[0]) }
      #expect(error?.kind == .notFound)
      for reference in references.dropFirst() { _ = try await client.head(reference) }
    }
    // For the first ten, for the first alone, and for the rest.
    #expect(server.requests.filter { $0.path == "/token" }.map { Self.scopes($0).count } == [10, 1, 10])
  }

  @Test func aServerThatIsAskedTooOftenIsNotAskedOnceMoreForLess() async throws {
    let server = try registry(.isAskedTooOften)
    let client = makeClient()
    let next = UpcomingLooks { _ in (try? [server.reference("b:t").withoutTag]) ?? [] }
    let error = await UpcomingLooks.$current.withValue(next) {
      await #expect(throws: RegistryError.self) { try await client.head(try server.reference("a:t")) }
    }
    guard case .throttled? = error?.kind else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(server.requests.filter { $0.path == "/token" }.map { Self.scopes($0).count } == [2])
  }

  @Test func repositoriesWithLongNamesAreAskedForInFewerScopes() {
    var batches = TokenBatches()
    let scopes = (0..<20).map { "repository:\(String(repeating: "a", count: 253))\($0 + 10):pull" }
    let others = batches.begin("repository:b:pull", of: "r.example", upcoming: scopes + ["repository:c:pull"])
    #expect(others == Array(scopes.prefix(5)) + ["repository:c:pull"])
  }

  @Test func thoseWhoComeAtOnceWaitForOneRequest() async throws {
    let server = try registry(.grantsAll)
    let client = makeClient()
    let references = try (0..<10).map { try server.reference("team/app-\($0):t") }
    // So that it is known how the registry signs in.
    _ = try await client.head(try server.reference("first:t"))
    let next = UpcomingLooks { _ in references.map(\.withoutTag) }
    try await UpcomingLooks.$current.withValue(next) {
      try await withThrowingTaskGroup(of: Void.self) { group in
        for reference in references { group.addTask { _ = try await client.head(reference) } }
        try await group.waitForAll()
      }
    }
    // Whoever came before the first request was on its way asks by itself.
    #expect(server.log.count { $0 == "GET /token" } <= 11)
    #expect(server.requests.filter { $0.path == "/token" }.allSatisfy { Self.scopes($0).count <= TokenBatches.most })
  }

  @Test func withoutAnythingThatComesNextATokenIsForOne() async throws {
    let server = try registry(.grantsAll)
    let client = makeClient()
    for number in 0..<3 { _ = try await client.head(try server.reference("team/app-\(number):t")) }
    #expect(server.requests.filter { $0.path == "/token" }.map { Self.scopes($0).count } == [1, 1, 1])
  }

  @Test(arguments: ["", "a.b", "a.b.c", "..", "e30.e30.e30", "\u{e9}.\u{e9}.\u{e9}"])
  func whatIsNoWebTokenGrantsNothing(token: String) {
    #expect(TokenGrant.scopes(token).isEmpty)
  }
}
