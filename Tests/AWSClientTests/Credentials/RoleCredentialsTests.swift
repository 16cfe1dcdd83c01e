import FoundationEssentials
import HTTP
import Support
import TestSupport
import Testing

@testable import AWSClient

/// Roles by way of a server that answers as STS does.
@Suite struct RoleCredentialsTests {
  private static let config = """
    [profile one]
    role_arn = arn:aws:iam::1:role/one
    source_profile = keys
    external_id = x&y
    duration_seconds = 1800

    [profile two]
    role_arn = arn:aws:iam::2:role/two
    source_profile = one
    role_session_name = me

    [profile keys]
    aws_access_key_id = BASE
    aws_secret_access_key = s
    aws_session_token = base-token

    [profile web]
    role_arn = arn:aws:iam::3:role/web
    web_identity_token_file = ~/token
    """

  private static func form(_ request: Request) -> String { String(decoding: request.body, as: UTF8.self) }

  /// Answers with keys called after the role.
  private func server(_ fixture: CredentialFixture) throws -> LoopbackServer {
    try LoopbackServer { request in
      let form = Self.form(request)
      let operation = form.contains("Action=AssumeRoleWithWebIdentity&") ? "AssumeRoleWithWebIdentity" : "AssumeRole"
      let role = form.split(separator: "&").first { $0.hasPrefix("RoleArn=") }?.split(separator: "%2F").last ?? ""
      return .answer(200, [], fixture.xml(operation, id: "KEY\(role)"))
    }
  }

  @Test func aRoleIsTakenOnWithTheKeysOfItsSource() async throws {
    let fixture = try CredentialFixture(config: Self.config)
    let server = try server(fixture)
    let credentials = try await fixture.provider([:], server, profile: "one").credentials()
    #expect(
      credentials
        == AWSCredentials(
          accessKeyID: "KEYone", secretAccessKey: "secret/KEYone+=", sessionToken: "token&KEYone",
          expires: fixture.now + 3600))
    let request = try #require(server.requests.first)
    #expect(
      Self.form(request)
        == "Action=AssumeRole&Version=2011-06-15&RoleArn=arn%3Aaws%3Aiam%3A%3A1%3Arole%2Fone"
        + "&RoleSessionName=ecrmirror&DurationSeconds=1800&ExternalId=x%26y")
    let signature = request.headers["authorization"] ?? ""
    #expect(signature.contains("Credential=BASE/") && signature.contains("/xx-north-1/sts/aws4_request"))
    #expect(request.headers["x-amz-security-token"] == "base-token")
  }

  @Test func aChainOfRolesIsTakenOnOneByOne() async throws {
    let fixture = try CredentialFixture(config: Self.config)
    let server = try server(fixture)
    let credentials = try await fixture.provider([:], server, profile: "two").credentials()
    #expect(credentials.accessKeyID == "KEYtwo")
    #expect(server.requests.count == 2)
    let second = try #require(server.requests.last)
    #expect(second.headers["authorization"]?.contains("Credential=KEYone/") == true)
    #expect(second.headers["x-amz-security-token"] == "token&KEYone")
    #expect(Self.form(second).contains("&RoleSessionName=me"))
  }

  @Test func aTokenFileIsReadAgainAndSentUnsigned() async throws {
    let fixture = try CredentialFixture(config: Self.config)
    let server = try server(fixture)
    let provider = fixture.provider([:], server, profile: "web")
    try fixture.folder.write("token", "first\n")
    #expect(try await provider.credentials().accessKeyID == "KEYweb")
    try fixture.folder.write("token", "second")
    fixture.wait(3600)
    #expect(try await provider.credentials().accessKeyID == "KEYweb")
    #expect(server.requests.map { $0.headers["authorization"] } == [nil, nil])
    #expect(server.requests.map { Self.form($0).split(separator: "=").last } == ["first", "second"])
  }

  @Test func aPodTakesItsRoleOn() async throws {
    let fixture = try CredentialFixture()
    let server = try server(fixture)
    let token = try fixture.folder.write("token", "t")
    let environment = [
      "AWS_WEB_IDENTITY_TOKEN_FILE": token, "AWS_ROLE_ARN": "arn:aws:iam::1:role/pod", "AWS_ROLE_SESSION_NAME": "pod-1",
    ]
    #expect(try await fixture.provider(environment, server).credentials().accessKeyID == "KEYpod")
    #expect(server.requests.map(Self.form).first?.contains("RoleSessionName=pod-1&WebIdentityToken=t") == true)
  }

  @Test("A token file that cannot be read says so", arguments: [nil, "", String(repeating: "x", count: 100_000)])
  func badTokenFile(content: String?) async throws {
    let fixture = try CredentialFixture(config: Self.config)
    let server = try server(fixture)
    if let content { try fixture.folder.write("token", content) }
    let error = await fixture.provider([:], server, profile: "web").failure()
    #expect(error?.kind == .unavailable && error?.description.contains("/token") == true, "\(error?.description ?? "")")
    #expect(server.requests.isEmpty)
  }

  private static func refusal(_ code: String, _ message: String = "") -> String {
    "<ErrorResponse><Error><Type>Sender</Type><Code>\(code)</Code><Message>\(message)</Message></Error></ErrorResponse>"
  }

  @Test(
    "Whatever STS answers instead of keys is an error that names the role, never shows what came, and is not remembered",
    arguments: [
      (
        403, refusal("AccessDenied", "User: arn:u is not authorized"), AWSCredentialError.Kind.unavailable,
        "arn:u is not"
      ),
      (403, refusal("ExpiredToken"), .expired, "the AWS credentials in use (the key BASE) have expired"),
      (400, refusal("ValidationError"), .unavailable, "ValidationError"),
      (500, "hush", .unavailable, "Status500"),
      (503, refusal("ServiceUnavailable"), .unavailable, "ServiceUnavailable"),
      (200, "hush", .unavailable, "did not answer AssumeRole with credentials in XML"),
      (200, "", .unavailable, "did not answer AssumeRole with credentials in XML"),
      (
        200, "<Expiration>2030-01-01T00:00:00Z</Expiration><SecretAccessKey>hush</SecretAccessKey>", .invalid,
        "an incomplete key"
      ),
      (200, "<Expiration>hush</Expiration>", .unavailable, "did not answer AssumeRole with credentials in XML"),
    ])
  func refusals(status: Int, body: String, kind: AWSCredentialError.Kind, sentence: String) async throws {
    let fixture = try CredentialFixture(config: Self.config)
    let isWell = Lock(false)
    let server = try LoopbackServer { _ in
      isWell.withLock { $0 } ? .answer(200, [], fixture.xml("AssumeRole", id: "K")) : .answer(status, [], body)
    }
    let provider = fixture.provider([:], server, profile: "one")
    let error = await provider.failure()
    #expect(error?.kind == kind)
    #expect(error?.description.contains(sentence) == true, "\(error?.description ?? "")")
    #expect(error?.description.contains("hush") == false)
    if status != 200 && kind != .expired {
      #expect(error?.description.contains("cannot assume the role arn:aws:iam::1:role/one") == true)
    }
    isWell.withLock { $0 = true }
    #expect(try await provider.credentials().accessKeyID == "K")
  }

  @Test func keysThatHaveEndedAreNotHandedOut() async throws {
    let fixture = try CredentialFixture(config: Self.config)
    let server = try LoopbackServer { _ in .answer(200, [], fixture.xml("AssumeRole", id: "K", lives: -1)) }
    let error = await fixture.provider([:], server, profile: "one").failure()
    #expect(error?.kind == .expired && error?.description.contains("this machine's clock") == true)
  }

  @Test func withoutARegionStsIsAskedInVirginia() async throws {
    let fixture = try CredentialFixture(config: Self.config)
    let server = try server(fixture)
    _ = try await fixture.provider(["AWS_REGION": ""], server, profile: "one").credentials()
    #expect(server.requests.first?.headers["authorization"]?.contains("/us-east-1/sts/") == true)
  }

  @Test func stsIsAskedInTheRegionWhereNoEndpointIsNamed() async throws {
    let fixture = try CredentialFixture(config: Self.config)
    let server = try server(fixture)
    let route = ServerTransport(server, isForAll: true)
    _ = try await fixture.provider(["AWS_REGION": "cn-north-1"], profile: "one", transport: route).credentials()
    #expect(route.requests.map(\.url) == ["https://sts.cn-north-1.amazonaws.com.cn/"])
  }
}
