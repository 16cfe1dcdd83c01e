import FoundationEssentials
import HTTP
import Support
import TestSupport
import Testing

@testable import AWSClient

/// A server that answers as the credential services of ECS and EKS do.
@Suite struct ContainerCredentialsTests {
  private static let full = "AWS_CONTAINER_CREDENTIALS_FULL_URI"
  private static let relative = "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"
  private static let token = "AWS_CONTAINER_AUTHORIZATION_TOKEN"

  @Test func aRelativeAddressIsOnTheHostOfEcsAndGoesPastProxies() async throws {
    let fixture = try CredentialFixture()
    let server = try LoopbackServer { request in
      request.target == "/v2/credentials/x?y=1" ? .answer(200, [], fixture.json(id: "C")) : .answer(404)
    }
    let route = ServerTransport(server, isForAll: true)
    let provider = fixture.provider(
      [Self.relative: "/v2/credentials/x?y=1", Self.full: "http://127.0.0.1:1/"], transport: route)
    #expect(
      try await provider.credentials()
        == AWSCredentials(
          accessKeyID: "C", secretAccessKey: "secret/C", sessionToken: "token-C", expires: fixture.now + 3600))
    #expect(route.requests.map(\.url) == ["http://169.254.170.2/v2/credentials/x?y=1"])
    #expect(route.requests.map(\.ignoresProxies) == [true])
    #expect(server.requests.first?.headers["authorization"] == nil)
  }

  @Test func aTokenFileIsReadAgainEachTimeAndGoesBeforeTheVariable() async throws {
    let fixture = try CredentialFixture()
    let server = try LoopbackServer { _ in .answer(200, [], fixture.json(id: "C")) }
    let file = try fixture.folder.write("token", "first\n")
    let provider = fixture.provider(
      [Self.full: "\(server.url)/x", Self.token: "variable", Self.token + "_FILE": file], server)
    _ = try await provider.credentials()
    try fixture.folder.write("token", "Bearer second")
    fixture.wait(3000)
    _ = try await provider.credentials()
    #expect(server.requests.map { $0.headers["authorization"] } == ["first", "Bearer second"])
    let other = fixture.provider([Self.full: "\(server.url)/x", Self.token: "variable"], server)
    _ = try await other.credentials()
    #expect(server.requests.last?.headers["authorization"] == "variable")
  }

  @Test(
    "A token that cannot be sent, or is not there, is an error that does not show it",
    arguments: [
      ([token: "hush\r\nX: y"], "AWS_CONTAINER_AUTHORIZATION_TOKEN holds no valid token"),
      ([token + "_FILE": "/nowhere"], "cannot read /nowhere"),
      ([token + "_FILE": "/dev/null"], "cannot read /dev/null"),
    ] as [([String: String], String)])
  func badTokens(environment: [String: String], sentence: String) async throws {
    let fixture = try CredentialFixture()
    let server = try LoopbackServer { _ in .answer(200, [], fixture.json(id: "C")) }
    let provider = fixture.provider(environment.merging([Self.full: server.url]) { $1 }, server)
    let error = await provider.failure()
    #expect(error?.description.contains(sentence) == true, "\(error?.description ?? "")")
    #expect(error?.description.contains("hush") == false)
    #expect(server.requests.isEmpty)
  }

  @Test(
    "What comes instead of a key is an error, asked for again the next time",
    arguments: [
      ([Step].answer(400, [], "hush"), "answered with status 400"), (.answer(500), "answered with status 500"),
      (.answer(302, [("Location", "http://example.com/")]), "answered with status 302"),
      (.answer(200, [], "hush"), "did not answer with credentials in JSON"),
      (.answer(200, [], #"{"AccessKeyId": 1}"#), "did not answer with credentials in JSON"),
      (.answer(200, [], #"{"AccessKeyId": "hush"}"#), "a secret access key is missing"),
      (.answer(200, [], #"{"AccessKeyId": "a", "SecretAccessKey": "hu sh"}"#), "an invalid character"),
      ([.close], "closed the connection"),
      ([.raw("HTTP/1.1 200 OK\r\n\r\n"), .endless(Array("x".utf8))], "is too large"),
    ] as [([Step], String)])
  func failures(answer: [Step], sentence: String) async throws {
    let fixture = try CredentialFixture()
    let isWell = Lock(false)
    let server = try LoopbackServer { _ in
      isWell.withLock { $0 } ? .answer(200, [], fixture.json(id: "C")) : answer
    }
    let provider = fixture.provider([Self.full: server.url], server)
    let error = await provider.failure()
    #expect(error?.description.contains(sentence) == true, "\(error?.description ?? "")")
    #expect(error?.description.contains("hush") == false)
    isWell.withLock { $0 = true }
    #expect(try await provider.credentials().accessKeyID == "C")
  }

  @Test func aServiceThatSaysNothingIsGivenUp() async throws {
    let fixture = try CredentialFixture()
    let server = try LoopbackServer { _ in [.hang] }
    let settings = try AWSSettings(environment: fixture.environment())
    let container = try #require(try ContainerCredentials(Variables([Self.full: server.url])))
    var fetcher = CredentialFetcher(settings: settings, transport: ServerTransport(server))
    fetcher.containerTimeout = .milliseconds(100)
    let error = await #expect(throws: AWSCredentialError.self) { try await fetcher.fetch(.container(container)) }
    #expect(error?.kind == .unavailable && error?.description.contains("did not answer in time") == true)
  }

  @Test func itIsASourceOfRoles() async throws {
    let fixture = try CredentialFixture(config: "[default]\nrole_arn = arn:r\ncredential_source = EcsContainer\n")
    let server = try LoopbackServer { request in
      .answer(200, [], request.path == "/c" ? fixture.json(id: "C") : fixture.xml("AssumeRole", id: "R"))
    }
    let provider = fixture.provider([Self.full: "\(server.url)/c"], server)
    #expect(try await provider.credentials().accessKeyID == "R")
    #expect(server.requests.last?.headers["authorization"]?.contains("Credential=C/") == true)
  }
}
