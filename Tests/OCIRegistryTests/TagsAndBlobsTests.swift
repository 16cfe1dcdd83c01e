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
    #expect(look?.description.contains("the look did not end within 300ms") == true, "\(look?.description ?? "")")
    let list = await #expect(throws: RegistryError.self) { try await client.tags(try slow.reference("x")) }
    #expect(list?.kind == .timeout)
    #expect(
      list?.description.contains("its list of tags did not end within 400ms") == true, "\(list?.description ?? "")")
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
