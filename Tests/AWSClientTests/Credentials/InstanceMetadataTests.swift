import FoundationEssentials
import HTTP
import Support
import TestSupport
import Testing

@testable import AWSClient

/// A server that answers as version 2 of the instance metadata service does.
@Suite struct InstanceMetadataTests {
  private static let roles = "/latest/meta-data/iam/security-credentials/"

  private func provider(
    _ fixture: CredentialFixture, _ server: LoopbackServer, _ more: [String: String] = [:],
    transport: ServerTransport? = nil
  ) -> DefaultCredentials {
    let environment = [
      "AWS_EC2_METADATA_DISABLED": "", "AWS_EC2_METADATA_SERVICE_ENDPOINT": server.url + "/",
      // Of services; this is none.
      "AWS_ENDPOINT_URL": "http://127.0.0.1:1",
      // A busy machine may take its time; only a service that hangs is to be given up.
      "AWS_METADATA_SERVICE_TIMEOUT": "60",
    ]
    return fixture.provider(environment.merging(more) { $1 }, server, transport: transport)
  }

  /// - Parameter answer: replaces the answer to a path.
  private func server(
    _ fixture: CredentialFixture, _ answer: @escaping @Sendable (String) -> [Step]? = { _ in nil }
  ) throws -> LoopbackServer {
    try LoopbackServer { request in
      if let step = answer(request.path) { return step }
      let isKnown = request.headers["x-aws-ec2-metadata-token"] == "tok"
      return switch (request.method, request.path) {
      case ("PUT", "/latest/api/token") where request.headers["x-aws-ec2-metadata-token-ttl-seconds"] == "21600":
        .answer(200, [], "tok")
      case ("GET", Self.roles) where isKnown: .answer(200, [], "my+role\n")
      case ("GET", Self.roles + "my%2Brole") where isKnown:
        .answer(200, [], fixture.json(id: "I", "Token", #", "Code": "Success", "Type": "AWS-HMAC""#))
      default: .answer(401)
      }
    }
  }

  @Test func theRoleOfTheInstanceIsTheLastResort() async throws {
    let fixture = try CredentialFixture()
    let server = try server(fixture)
    let transport = ServerTransport(server)
    let provider = provider(fixture, server, transport: transport)
    #expect(
      try await provider.credentials()
        == AWSCredentials(
          accessKeyID: "I", secretAccessKey: "secret/I", sessionToken: "token-I", expires: fixture.now + 3600))
    _ = try await provider.credentials()
    #expect(transport.requests.map(\.ignoresProxies) == [true, true, true])
  }

  @Test func itIsASourceOfRoles() async throws {
    let fixture = try CredentialFixture(
      config: "[default]\nrole_arn = arn:r\ncredential_source = Ec2InstanceMetadata\n")
    let server = try server(fixture) { path in
      path == "/" ? .answer(200, [], fixture.xml("AssumeRole", id: "R")) : nil
    }
    let provider = provider(fixture, server, ["AWS_ENDPOINT_URL": server.url])
    #expect(try await provider.credentials().accessKeyID == "R")
    #expect(server.requests.last?.headers["authorization"]?.contains("Credential=I/") == true)
  }

  @Test(
    "What is wrong is said, after what else was tried",
    arguments: [
      ("/latest/api/token", [Step].answer(403), "refused: it answered with status 403"),
      ("/latest/api/token", .answer(200, [], ""), "did not answer with a token"),
      ("/latest/api/token", .answer(200, [], "a b"), "did not answer with a token"),
      ("/latest/api/token", [.hang], "hop limit must be 2"),
      ("/latest/api/token", [.close], "closed the connection"),
      ("/latest/api/token", [.raw("HTTP/1.1 200 OK\r\n\r\n"), .endless(Array("x".utf8))], "is too large"),
      (roles, .answer(404), "knows no role: attach one to this instance"),
      (roles, .answer(200, [], ""), "gives no role for this instance"),
      (roles, .answer(500), "status 500"),
      (roles + "my%2Brole", .answer(200, [], "hush"), "did not answer with credentials in JSON"),
      (
        roles + "my%2Brole", .answer(200, [], #"{"Code": "AssumeRoleUnauthorizedAccess", "Message": "hush"}"#),
        "has no credentials for the role my+role: AssumeRoleUnauthorizedAccess"
      ),
    ] as [(String, [Step], String)])
  func failures(path: String, answer: [Step], sentence: String) async throws {
    let fixture = try CredentialFixture()
    let server = try server(fixture) { $0 == path ? answer : nil }
    let isHanging = if case .hang = answer[0] { true } else { false }
    let provider = provider(fixture, server, isHanging ? ["AWS_METADATA_SERVICE_TIMEOUT": "1"] : [:])
    let error = await provider.failure()
    #expect(error?.kind == .notConfigured)
    #expect(error?.description.contains(sentence) == true, "\(error?.description ?? "")")
    #expect(error?.description.hasPrefix("no AWS credentials: AWS_ACCESS_KEY_ID is not set;") == true)
    #expect(error?.description.contains("hush") == false)
  }

  @Test func aKeyWithABrokenDateIsNotTakenForOneWithout() async throws {
    let fixture = try CredentialFixture()
    let server = try server(fixture) { path in
      path == Self.roles + "my%2Brole"
        ? .answer(200, [], #"{"AccessKeyId": "I", "SecretAccessKey": "s", "Token": "t", "Expiration": "soon"}"#) : nil
    }
    let error = await provider(fixture, server).failure()
    #expect(error?.kind == .invalid && error?.description.contains("not an RFC 3339 date") == true)
  }

  @Test func aHiccupIsGotOver() async throws {
    let fixture = try CredentialFixture()
    let counter = Counter()
    let server = try server(fixture) { $0 == Self.roles && counter.next() == 1 ? .answer(500) : nil }
    #expect(try await provider(fixture, server).credentials().accessKeyID == "I")
  }

  @Test(
    "Where it is looked for can be set",
    arguments: [
      ([:], "http://169.254.169.254", 1),
      (["AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE": "IPv6"], "http://[fd00:ec2::254]", 1),
      (
        ["AWS_EC2_METADATA_SERVICE_ENDPOINT": "http://h:1/", "AWS_METADATA_SERVICE_TIMEOUT": "7"], "http://h:1", 7
      ),
    ] as [([String: String], String, Int)])
  func settings(environment: [String: String], endpoint: String, seconds: Int) throws {
    let instance = try InstanceMetadata(AWSSettings(environment: environment))
    #expect(instance?.endpoint == endpoint && instance?.timeout == .seconds(seconds))
  }
}
