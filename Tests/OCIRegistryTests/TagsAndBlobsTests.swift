import Glibc
import HTTP
import OCIRegistry
import TestSupport
import Testing

@Suite struct TagsAndBlobsTests {
  private static func page(_ tags: [String], next: String? = nil) -> [Step] {
    let list = tags.map { "\"\($0)\"" }.joined(separator: ",")
    return .answer(200, next.map { [("Link", "<\($0)>; rel=\"next\"")] } ?? [], #"{"name": "x", "tags": [\#(list)]}"#)
  }

  @Test(
    "Pages are followed whatever form their links take",
    arguments: ["/v2/x/tags/list?last=b", "list?last=b", "http://internal.example:5000/v2/x/tags/list?last=b"])
  func pages(link: String) async throws {
    let server = try LoopbackServer { request in
      request.target.contains("last=b") ? Self.page(["c"]) : Self.page(["a", "b"], next: link)
    }
    #expect(try await makeClient().tags(try server.reference("x")) == ["a", "b", "c"])
    #expect(server.requests.map(\.target) == ["/v2/x/tags/list?n=1000", "/v2/x/tags/list?last=b"])
  }

  /// A registry of 2,500 tags, or of some others, and what it is asked for.
  struct Paged: CustomTestStringConvertible, Sendable {
    var testDescription: String
    var total = 2500
    /// The most tags on a page; it refuses a larger number where it is strict.
    var most = 1000
    var isStrict = false
    var heedsNumber = true
    var heedsLast = true
    /// The `Link` of a page that others follow, by the last tag on it.
    var link: (@Sendable (String) -> String)?
    /// What it answers to whoever follows the link.
    var linkStatus = 200
    var asked: [String]?
    /// Nil where the list cannot be read to its end.
    var found: Int?

    func answer(_ request: Request) -> [Step] {
      let query = Dictionary(
        (request.target.split(separator: "?").dropFirst().first ?? "").split(separator: "&").map { pair in
          (String(pair.prefix { $0 != "=" }), String(pair.drop { $0 != "=" }.dropFirst()))
        }, uniquingKeysWith: { $1 })
      if query["mark"] != nil, linkStatus != 200 { return .answer(linkStatus, [], "{}") }
      var number = query["n"].flatMap { Int($0) } ?? most
      if isStrict, number > most { return .answer(400, [], #"{"errors": [{"code": "PAGINATION_NUMBER_INVALID"}]}"#) }
      number = heedsNumber ? min(number, most) : total
      let tags = (0..<total).map { "t\(10_000 + $0)" }
      let rest = query["last"].flatMap { last in heedsLast ? tags.filter { $0 > last } : nil } ?? tags
      let page = Array(rest.prefix(number))
      return TagsAndBlobsTests.page(page, next: page.count < rest.count ? page.last.flatMap { link?($0) } : nil)
    }
  }

  @Test(
    "A list is read to its end however a registry pages, or is an error",
    arguments: [
      Paged(
        testDescription: "without links (distribution-spec#470)",
        asked: ["n=1000", "n=1000&last=t10999", "n=1000&last=t11999"], found: 2500),
      Paged(
        testDescription: "as many as a page has", total: 1000, asked: ["n=1000", "n=1000&last=t10999"], found: 1000),
      Paged(testDescription: "neither number nor last is heeded", heedsNumber: false, asked: ["n=1000"], found: 2500),
      Paged(
        testDescription: "neither is, and as many as a page has", total: 1000, heedsNumber: false, heedsLast: false,
        asked: ["n=1000", "n=1000&last=t10999", "n=1"], found: 1000),
      Paged(testDescription: "last is not heeded", heedsLast: false),
      Paged(
        testDescription: "a smaller number is wanted", most: 100, isStrict: true, asked: nil, found: 2500),
      Paged(
        testDescription: "no number is taken", total: 30, most: 50, isStrict: true, asked: ["n=1000", "n=100", ""],
        found: 30),
      Paged(
        testDescription: "links with a path in front (nexus-public#1011)",
        link: { "http://127.0.0.1:1/repository/docker/v2/x/tags/list?n=1000&last=\($0)" },
        asked: ["n=1000", "n=1000&last=t10999", "n=1000&last=t11999"], found: 2500),
      Paged(testDescription: "links that lead elsewhere", link: { _ in "/elsewhere" }, found: 2500),
      Paged(testDescription: "links in a circle", link: { _ in "/v2/x/tags/list?n=1000" }, found: 2500),
      Paged(
        testDescription: "links that are refused", link: { "/v2/x/tags/list?mark=1&last=\($0)" }, linkStatus: 400,
        found: 2500),
      Paged(
        testDescription: "a full page behind the last link", total: 2000,
        link: { "/v2/x/tags/list?n=1000&mark=1&last=\($0)" },
        asked: ["n=1000", "n=1000&mark=1&last=t10999"], found: 2000),
    ])
  func pages(of registry: Paged) async throws {
    let server = try LoopbackServer { registry.answer($0) }
    let repository = try server.reference("x")
    if let found = registry.found {
      let tags = try await makeClient().tags(repository)
      #expect(tags.count == found && Set(tags).count == found)
    } else {
      let error = await #expect(throws: RegistryError.self) { try await makeClient().tags(repository) }
      #expect(error?.kind == .invalidAnswer, "\(error?.description ?? "")")
    }
    let asked = server.requests.map { $0.target.split(separator: "?").dropFirst().first.map(String.init) ?? "" }
    if let wanted = registry.asked { #expect(asked == wanted) }
  }

  @Test(arguments: [(#"{"name": "x", "tags": null}"#, 0), (#"{"tags": []}"#, 0), (#"{"tags": ["a"], "more": {}}"#, 1)])
  func anEmptyListIsNoError(body: String, count: Int) async throws {
    let server = try LoopbackServer { _ in .answer(200, [], body) }
    #expect(try await makeClient().tags(try server.reference("x")).count == count)
  }

  @Test("What cannot be a tag is left out")
  func hostileTags() async throws {
    let long = String(repeating: "x", count: 129)
    let server = try LoopbackServer { _ in Self.page(["1.0", "", "../x", "\\u001b[2J", "a b", long, "ä", "_ok"]) }
    #expect(try await makeClient().tags(try server.reference("x")) == ["1.0", "_ok"])
  }

  @Test(
    "Lists that make no sense are refused",
    arguments: [
      Self.page(["a"], next: "/v2/x/tags/list?n=1000"), Self.page(["a"], next: "/elsewhere"),
      Self.page(["a"], next: "ftp://a/v2/"), .answer(200, [], "[]"), .answer(200, [], #"{"tags": [1]}"#),
      .answer(200, [], "<html>"), [.raw("HTTP/1.1 200 OK\r\n\r\n"), .endless([UInt8](repeating: 0x20, count: 65536))],
    ])
  func refuses(steps: [Step]) async throws {
    let server = try LoopbackServer { _ in steps }
    let error = await #expect(throws: RegistryError.self) { try await makeClient().tags(try server.reference("x")) }
    #expect(error?.kind == .invalidAnswer, "\(error?.description ?? "")")
  }

  @Test func pagesThatNeverEndAreGivenUp() async throws {
    let counter = Counter()
    let server = try LoopbackServer { _ in Self.page([], next: "/v2/x/tags/list?last=\(counter.next())") }
    let error = await #expect(throws: RegistryError.self) { try await makeClient().tags(try server.reference("x")) }
    #expect(error?.kind == .invalidAnswer)
  }

  /// With bounds that a test can reach.
  private func hasty(_ bounds: ConversationBounds) -> RegistryClient {
    RegistryClient(
      transport: sharedTransport, credentials: AnonymousAccess(), configuration: RegistryConfiguration(bounds: bounds))
  }

  @Test func aListOfOneTagAPageEndsByItsPages() async throws {
    let counter = Counter()
    let server = try LoopbackServer { _ in
      let page = counter.next()
      return Self.page(["t\(page)"], next: "/v2/x/tags/list?last=\(page)")
    }
    let client = hasty(ConversationBounds(sparePages: 20, tagsPerPage: 5))
    let error = await #expect(throws: RegistryError.self) { try await client.tags(try server.reference("x")) }
    #expect(error?.description.contains("never end") == true, "\(error?.description ?? "")")
    // 20, and one for each five tags.
    #expect(server.requests.count == 26)
  }

  @Test func aListEndsByItsBytes() async throws {
    let counter = Counter()
    let tags = (0..<40).map { _ in String(repeating: "x", count: 100) }
    let server = try LoopbackServer { _ in Self.page(tags, next: "/v2/x/tags/list?last=\(counter.next())") }
    let client = hasty(ConversationBounds(listBytes: 10_000))
    let error = await #expect(throws: RegistryError.self) { try await client.tags(try server.reference("x")) }
    #expect(error?.description.contains("its list of tags is larger") == true, "\(error?.description ?? "")")
    #expect(server.requests.count == 3)
  }

  @Test func aListAndALookEndByTheirTime() async throws {
    let server = try LoopbackServer { request in
      request.path.contains("tags") ? Self.page(["a"], next: "/v2/x/tags/list?last=1") : [.hang]
    }
    let slow = try LoopbackServer { request in
      usleep(20_000)
      return Self.page(["t"], next: "/v2/x/tags/list?last=\(request.target.count)\(UInt64.random(in: 0 ... .max))")
    }
    let client = hasty(ConversationBounds(look: .milliseconds(300), tags: .milliseconds(400)))
    let look = await #expect(throws: RegistryError.self) { try await client.head(try server.reference("x:t")) }
    #expect(look?.kind == .timeout)
    #expect(look?.description.contains("the check took longer than 300ms") == true, "\(look?.description ?? "")")
    let list = await #expect(throws: RegistryError.self) { try await client.tags(try slow.reference("x")) }
    #expect(list?.kind == .timeout)
    #expect(
      list?.description.contains("its list of tags took longer than 400ms") == true, "\(list?.description ?? "")")
  }

  @Test func aBlobsSizeIsReadThroughARedirectThatSeesNoCredential() async throws {
    let store = try LoopbackServer { .answer(200, [("Content-Length", "123456789012")], to: $0.method) }
    let server = try LoopbackServer { request in
      request.headers["authorization"] == nil
        ? .answer(401, [("WWW-Authenticate", "Basic realm=x")], to: "HEAD")
        : .answer(307, [("Location", "\(store.url)/blob?signature=x")], to: "HEAD")
    }
    let client = makeClient(.basic(username: "a", password: "b"))
    #expect(try await client.blobSize(try Digest(digestA), in: try server.reference("x")) == 123_456_789_012)
    #expect(store.requests.map { $0.headers["authorization"] } == [nil])
    #expect(store.log == ["HEAD /blob"])
  }

  @Test func aBlobThatIsNotThereHasNoSize() async throws {
    let server = try LoopbackServer { .answer($0.path.contains("/a/") ? 404 : 500, to: "HEAD") }
    #expect(try await makeClient().blobSize(try Digest(digestA), in: try server.reference("a")) == nil)
    await #expect(throws: RegistryError.self) {
      try await makeClient().blobSize(try Digest(digestA), in: try server.reference("b"))
    }
  }

  @Test func aStoreThatRefusesHeadLeavesTheSizeUnknown() async throws {
    let server = try LoopbackServer { request in
      request.path == "/store" ? .answer(403, to: "HEAD") : .answer(307, [("Location", "/store?s=1")], to: "HEAD")
    }
    #expect(try await makeClient().blobSize(try Digest(digestA), in: try server.reference("x")) == nil)
  }
}
