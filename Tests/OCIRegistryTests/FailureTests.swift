import Foundation
import HTTP
import OCIRegistry
import Support
import TestSupport
import Testing

@Suite struct FailureTests {
  private static func errors(_ code: String, _ message: String) -> String {
    #"{"errors": [{"code": "\#(code)", "message": "\#(message)", "detail": {"a": [1]}}]}"#
  }

  typealias Case = (String, [Step], RegistryError.Kind, String)

  @Test(
    "Each failure is told from the others, in the registry's own words",
    arguments: [
      ("not found", .answer(404, [], errors("MANIFEST_UNKNOWN", "no such tag")), .notFound, "no such tag"),
      ("not found, bare", .answer(404), .notFound, "does not exist"),
      ("unknown name", .answer(400, [], errors("NAME_UNKNOWN", "who?")), .notFound, "who?"),
      ("refused", .answer(403, [], errors("DENIED", "not you")), .denied, "not you"),
      ("unauthorized", .answer(401, [], errors("UNAUTHORIZED", "who are you")), .unauthorized, "skopeo login"),
      ("another scheme", .answer(401, [("WWW-Authenticate", "Negotiate")]), .unauthorized, "skopeo login"),
      ("bad request", .answer(400, [], errors("X", "bad")), .server(status: 400), "bad"),
      ("broken", .answer(500, [], "<html>"), .server(status: 500), "500"),
      ("a page in place of a list", .answer(200, [], "<html>hello</html>"), .invalidAnswer, "not a manifest"),
      ("garbage", [.raw("garbage\r\n\r\n"), .close], .invalidAnswer, "HTTP"),
      ("a broken connection", [.close], .unreachable, "reached"),
      ("silence", [.hang], .timeout, "in time"),
      ("control characters", .answer(404, [], errors("X", #"\u001b[31mred\u0007\n\u202e"#)), .notFound, "red"),
      ("a flood of words", .answer(404, [], errors("X", String(repeating: "w", count: 9000))), .notFound, "www"),
      ("odd JSON", .answer(404, [], #"{"errors": {"code": 5}}"#), .notFound, "does not exist"),
    ] as [Case])
  func failures(name: String, steps: [Step], kind: RegistryError.Kind, words: String) async throws {
    let server = try LoopbackServer { _ in steps }
    let timeouts = HTTPRequest.Timeouts(whole: kind == .timeout ? .milliseconds(100) : .seconds(300))
    let error = await #expect(throws: RegistryError.self) {
      try await makeClient(timeouts: timeouts).manifest(try server.reference())
    }
    #expect(error?.kind == kind, "\(error?.description ?? "")")
    #expect(error?.registry == server.host)
    let text = error?.description ?? ""
    #expect(text.contains(words), "\(text)")
    #expect(text.contains(server.host), "\(text)")
    #expect(text.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x202e && $0.value != 0x7f })
    #expect(text.count < 500)
  }

  @Test func whatMayPassIsTriedAgainAndNoOftenerThanAllowed() async throws {
    let counter = Counter()
    let server = try LoopbackServer { request in
      switch counter.next() {
      case 1: .answer(503, to: request.method)
      case 2: [.close]
      default: .answer(200, manifestHeaders(), to: request.method)
      }
    }
    let client = makeClient()
    #expect(try await client.head(try server.reference()).digest.description == digestA)
    #expect(server.requests.count == 3)
    let broken = try LoopbackServer { .answer(502, to: $0.method) }
    await #expect(throws: RegistryError.self) { try await client.head(try broken.reference()) }
    #expect(broken.requests.count == 3)
    #expect(client.status().first { $0.registry == broken.host }?.lastError?.contains("502") == true)
    #expect(client.status().first { $0.registry == server.host }?.lastError == nil)
  }

  @Test(
    "Docker Hub and GitHub hide what does not exist behind a refusal, and the message says so",
    arguments: [("docker.io/a/b:t", true), ("ghcr.io/a/b:t", true), ("quay.io/a/b:t", false)])
  func hints(text: String, saysSo: Bool) async throws {
    let reference = try ImageReference(text)
    let client = RegistryClient(
      transport: RefusingTransport(), credentials: AnonymousAccess(), configuration: RegistryConfiguration())
    let error = await #expect(throws: RegistryError.self) { try await client.head(reference) }
    #expect(error?.kind == .denied)
    #expect(error?.description.contains("does not exist") == saysSo, "\(error?.description ?? "")")
  }

  @Test func aRegistryThatSpeaksPlainHTTPIsToldFromOneThatIsDown() async throws {
    let registry = try DockerRegistry()
    let client = RegistryClient(
      transport: sharedTransport, credentials: AnonymousAccess(),
      configuration: RegistryConfiguration(secureRegistries: [registry.host]))
    let error = await #expect(throws: RegistryError.self) { try await client.ping(registry.host) }
    #expect(error?.kind == .unreachable)
    #expect(error?.description.contains("listed as insecure") == true, "\(error?.description ?? "")")
  }

  @Test func noMutationOfAnAnswerDoesMoreThanFail() async throws {
    let body = #"{"errors": [{"code": "X", "message": "\u0041"}], "manifests": [], "schemaVersion": 2, "token": "a"}"#
    let whole = """
      HTTP/1.1 401 X\r\nWWW-Authenticate: Bearer realm="http://HOST/t",scope="a"\r\nLink: <?a>; rel="next"\r\n\
      Docker-Content-Digest: \(digestA)\r\nRetry-After: 0\r\nratelimit-limit: 1;w=2\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)
      """
    let generator = Lock(SeededGenerator(seed: 23))
    let server = try LoopbackServer { request in
      var bytes = Array(whole.replacingOccurrences(of: "HOST", with: request.headers["host"] ?? "").utf8)
      generator.withLock { generator in
        if Bool.random(using: &generator) { bytes.replaceSubrange(9..<12, with: Array("200".utf8)) }
        for _ in 0..<Int.random(in: 0...3, using: &generator) where !bytes.isEmpty {
          let place = Int.random(in: 0..<bytes.count, using: &generator)
          switch Int.random(in: 0...2, using: &generator) {
          case 0: bytes[place] = UInt8.random(in: .min ... .max, using: &generator)
          case 1: bytes.insert(UInt8.random(in: .min ... .max, using: &generator), at: place)
          default: bytes.removeSubrange(place..<Int.random(in: place...bytes.count, using: &generator))
          }
        }
      }
      return [.raw(bytes), .close]
    }
    let client = makeClient(
      .basic(username: "a", password: "hunter2"), timeouts: .init(whole: .seconds(5)), maximumThrottleWait: .zero)
    for round in 0..<100 {
      let reference = try server.reference("a\(round):t")
      do {
        switch round % 3 {
        case 0: _ = try await client.head(reference)
        case 1: _ = try await client.manifest(reference)
        default: _ = try await client.tags(reference)
        }
      } catch {
        let text = "\(error)"
        #expect(!text.contains("hunter2"))
        #expect(text.unicodeScalars.allSatisfy { !$0.isUnsafeToShow })
      }
    }
  }

  @Test func pingTellsARegistryFromNone() async throws {
    let client = makeClient()
    for status in [200, 401] {
      let server = try LoopbackServer { _ in .answer(status) }
      try await client.ping(server.host)
      #expect(server.log == ["GET /v2/"])
    }
    let other = try LoopbackServer { _ in .answer(404) }
    await #expect(throws: RegistryError.self) { try await client.ping(other.host) }
  }
}

/// The edge of the network: hosts that a test must not ask.
private struct RefusingTransport: HTTPTransport {
  func send(_ request: HTTPRequest) async throws(HTTPError) -> HTTPResponse {
    HTTPResponse(status: 403, url: request.url)
  }
}
