import Foundation
import HTTP
import Support
import TestSupport
import Testing

@testable import AWSClient

/// IAM Identity Center, by way of files as `aws sso login` writes them and a server that answers as its services do.
@Suite struct SSOAccessTests {
  let fixture: CredentialFixture
  /// Of the session `main`.
  private static let file = ".aws/sso/cache/b28b7af69320201d1cf206ebf28373980add1451.json"
  /// Of the start URL `https://legacy`.
  private static let legacyFile = ".aws/sso/cache/a394e5a9a02e7f855997560f15e55a59562087e6.json"

  init() throws {
    fixture = try CredentialFixture(
      config: """
        [profile 'dev box']
        sso_session = main
        sso_account_id = 123456789012
        sso_role_name = Power User

        [sso-session main]
        sso_region = xx-south-1
        sso_start_url = https://start

        [profile legacy]
        sso_region = xx-south-1
        sso_start_url = https://legacy
        sso_account_id = 1
        sso_role_name = r

        [profile above]
        role_arn = arn:r
        source_profile = dev box
        """)
  }

  /// What `aws sso login` leaves.
  private func logIn(
    _ token: String = "tok", lives seconds: Double = 8 * 3600, in file: String = file, _ more: [String: Any] = [:]
  ) throws {
    var document: [String: Any] = [
      "accessToken": token, "expiresAt": fixture.later(seconds), "region": "xx-south-1", "startUrl": "https://start",
    ]
    document.merge(more) { $1 }
    try fixture.folder.write(
      file, String(decoding: try JSONSerialization.data(withJSONObject: document), as: UTF8.self))
  }

  private var renewable: [String: Any] {
    [
      "clientId": "client", "clientSecret": "hush-client", "refreshToken": "hush-refresh", "kept": [1, 2.5, true],
      "registrationExpiresAt": fixture.later(86400 * 30),
    ]
  }

  private static func keys(_ fixture: CredentialFixture, _ id: String) -> [Step] {
    let end = Int(fixture.now.timeIntervalSince1970 * 1000) + 3_600_000
    return .answer(
      200, [],
      #"{"roleCredentials": {"accessKeyId": "\#(id)", "secretAccessKey": "s", "sessionToken": "t", "expiration": \#(end)}}"#
    )
  }

  /// Gives keys called after the token, and makes the tokens `new1`, `new2`, … for refresh tokens.
  private func server(_ answer: @escaping @Sendable (Request) -> [Step]? = { _ in nil }) throws -> LoopbackServer {
    let (fixture, counter) = (fixture, Counter())
    return try LoopbackServer { request in
      if let steps = answer(request) { return steps }
      guard request.path == "/token" else { return Self.keys(fixture, request.headers["x-amz-sso_bearer_token"] ?? "") }
      let number = counter.next()
      return .answer(
        200, [],
        #"{"accessToken": "new\#(number)", "expiresIn": 28800, "refreshToken": "again\#(number)", "tokenType": "Bearer"}"#
      )
    }
  }

  @Test func theRoleIsAskedForWithTheSessionsToken() async throws {
    try logIn()
    let server = try server()
    let credentials = try await fixture.provider([:], server, profile: "dev box").credentials()
    #expect(
      credentials
        == AWSCredentials(accessKeyID: "tok", secretAccessKey: "s", sessionToken: "t", expires: fixture.now + 3600))
    let request = try #require(server.requests.first)
    #expect(
      request.method + " " + request.target
        == "GET /federation/credentials?role_name=Power%20User&account_id=123456789012")
    #expect(request.headers["authorization"] == nil)
  }

  @Test(
    "Both forms of profiles are served, and dates of either version of the AWS CLI",
    arguments: [("legacy", legacyFile, "2026-11-24T01:00:00UTC"), ("dev box", file, "2026-11-24T01:00:00+02:00")])
  func forms(profile: String, file: String, date: String) async throws {
    try logIn(in: file, ["expiresAt": date])
    let route = try ServerTransport(server(), isForAll: true)
    #expect(try await fixture.provider(profile: profile, transport: route).credentials().accessKeyID == "tok")
    #expect(
      route.requests.first?.url.hasPrefix("https://portal.sso.xx-south-1.amazonaws.com/federation/credentials?") == true
    )
  }

  @Test func aSessionIsASourceOfRoles() async throws {
    try logIn()
    let fixture = fixture
    let server = try server { request in
      request.method == "POST" ? .answer(200, [], fixture.xml("AssumeRole", id: "R")) : nil
    }
    #expect(try await fixture.provider([:], server, profile: "above").credentials().accessKeyID == "R")
    #expect(server.requests.last?.headers["authorization"]?.contains("Credential=tok/") == true)
  }

  @Test(
    "A session that has ended names the command that renews it, and goes on once it has been renewed",
    arguments: ["none", "garbage", "ended", "refused", "over", "above"])
  func renewal(case name: String) async throws {
    let server = try server { request in
      switch (name, request.path) {
      case ("over", "/token"): .answer(400, [], #"{"error": "invalid_grant", "error_description": "hush"}"#)
      case ("refused", _) where request.headers["x-amz-sso_bearer_token"] == "old":
        .answer(401, [("x-amzn-ErrorType", "UnauthorizedException")], #"{"message": "Session token not found"}"#)
      case ("above", "/"): .answer(200, [], #"<AccessKeyId>R</AccessKeyId>"#)
      default: nil
      }
    }
    switch name {
    case "none": break
    case "garbage": try fixture.folder.write(Self.file, "hush")
    case "refused": try logIn("old")
    case "over": try logIn("old", lives: -1, renewable)
    default: try logIn("old", lives: -1)
    }
    let provider = fixture.provider([:], server, profile: name == "above" ? "above" : "dev box")
    for _ in 0..<2 {
      let error = await provider.failure()
      #expect(error?.kind == .expired)
      #expect(
        error?.description
          == "the SSO session of the profile 'dev box' has expired: run `aws sso login --profile 'dev box'`, and this "
          + "continues automatically")
    }
    guard name != "above" else { return }
    try logIn("new")
    #expect(try await provider.credentials().accessKeyID == "new")
  }

  @Test func aTokenThatIsAboutToEndIsRenewedAndWrittenBack() async throws {
    try logIn("old", lives: 600, renewable)
    let server = try server()
    let provider = fixture.provider([:], server, profile: "dev box")
    #expect(try await provider.credentials().accessKeyID == "new1")
    let request = try #require(server.requests.first)
    let sent = try JSONSerialization.jsonObject(with: Data(request.body)) as? [String: String]
    #expect(
      sent == [
        "clientId": "client", "clientSecret": "hush-client", "grantType": "refresh_token",
        "refreshToken": "hush-refresh",
      ])
    #expect(request.method == "POST" && request.headers["authorization"] == nil)

    let text = try #require(fixture.folder.read(Self.file))
    let kept = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    #expect(kept["accessToken"] as? String == "new1" && kept["refreshToken"] as? String == "again1")
    #expect(kept["expiresAt"] as? String == fixture.later(28800) && kept["startUrl"] as? String == "https://start")
    #expect((kept["kept"] as? [Double])?[1] == 2.5)
    let path = "\(fixture.folder.path)/\(Self.file)"
    #expect(try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int == 0o600)
    // The next keys come with the same token; the next token but one with the new refresh token.
    fixture.wait(3600)
    #expect(try await provider.credentials().accessKeyID == "new1")
    fixture.wait(26000)
    #expect(try await provider.credentials().accessKeyID == "new2")
    #expect(server.requests.contains { String(decoding: $0.body, as: UTF8.self).contains("again1") })
  }

  @Test(
    "A token that cannot be renewed serves until its end",
    arguments: [
      (300.0, [Step].answer(500), true), (300.0, .answer(400), true), (300.0, .answer(200, [], "hush"), true),
      (300.0, .answer(200, [], #"{"accessToken": "hush\n", "expiresIn": 1}"#), true), (-1.0, .answer(500), false),
    ])
  func failedRenewal(lives: Double, answer: [Step], isServed: Bool) async throws {
    try logIn("old", lives: lives, renewable)
    let server = try server { $0.path == "/token" ? answer : nil }
    let provider = fixture.provider([:], server, profile: "dev box")
    if isServed {
      #expect(try await provider.credentials().accessKeyID == "old")
    } else {
      let error = await provider.failure()
      #expect(error?.kind == .unavailable && error?.description.contains("cannot renew the SSO session") == true)
      #expect(error?.description.contains("hush") == false)
    }
  }

  @Test func aTokenThatAnotherProgramRenewedMeanwhileIsUsed() async throws {
    try logIn("old", lives: -1, renewable)
    let folder = fixture.folder
    let end = fixture.later(3600)
    let server = try server { request in
      guard request.path == "/token" else { return nil }
      _ = try? folder.write(Self.file, #"{"accessToken": "theirs", "expiresAt": "\#(end)"}"#)
      return .answer(400, [], #"{"error": "invalid_grant"}"#)
    }
    #expect(try await fixture.provider([:], server, profile: "dev box").credentials().accessKeyID == "theirs")
  }

  @Test func aRegistrationThatHasEndedIsNotTried() async throws {
    try logIn("old", lives: -1, renewable.merging(["registrationExpiresAt": fixture.later(-1)]) { $1 })
    let server = try server()
    #expect(await fixture.provider([:], server, profile: "dev box").failure()?.kind == .expired)
    #expect(server.requests.isEmpty)
  }

  @Test(
    "What comes instead of keys is an error",
    arguments: [
      (403, #"{"message": "No access"}"#, "cannot get credentials for the role Power User in account 123456789012"),
      (500, "hush", "Status500"), (200, "hush", "did not answer with credentials in JSON"),
      (200, #"{"roleCredentials": {"accessKeyId": "hush"}}"#, "did not answer with credentials in JSON"),
    ])
  func failures(status: Int, body: String, sentence: String) async throws {
    try logIn()
    let server = try server { _ in .answer(status, [], body) }
    let error = await fixture.provider([:], server, profile: "dev box").failure()
    #expect(error?.kind == .unavailable)
    #expect(error?.description.contains(sentence) == true, "\(error?.description ?? "")")
    #expect(error?.description.contains("hush") == false)
  }
}
