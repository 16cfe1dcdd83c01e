import FoundationEssentials
import HTTP
import Support
import TestSupport
import Testing

@testable import AWSClient

/// What the services that hand out keys are asked, of which the emulator knows the models only: it says what AWS would
/// refuse, and has nothing to give.
struct SignInRequestTests {
  private struct Recorder: HTTPTransport {
    let inner = StrictTransport(inner: Emulator.transport)
    let asked = Lock<[String]>([])

    func send(_ request: HTTPRequest) async throws(HTTPError) -> HTTPResponse {
      let form = String(decoding: request.body, as: UTF8.self)
      asked.withLock { $0.append("\(request.method) \(request.url) \(form)") }
      return try await inner.send(request)
    }
  }

  /// What is asked to get credentials of a profile.
  private func asked(profile: String, _ more: [String: String] = [:]) async throws -> [String] {
    let emulator = try Emulator.shared.get()
    let folder = try TemporaryFolder()
    try folder.write(
      ".aws/config",
      """
      [profile sso]
      sso_session = main
      sso_account_id = 123456789012
      sso_role_name = Power User
      [sso-session main]
      sso_region = us-east-1
      sso_start_url = https://start.example
      [profile role]
      role_arn = arn:aws:iam::123456789012:role/team/mirrors
      source_profile = user
      duration_seconds = 3600
      external_id = a-b
      [profile user]
      aws_access_key_id = \(emulator.accessKeyID)
      aws_secret_access_key = \(emulator.secretAccessKey)
      """)
    // Whose session ends within the time in which it is renewed, yet not before a busy machine has asked.
    try folder.write(
      ".aws/sso/cache/b28b7af69320201d1cf206ebf28373980add1451.json",
      """
      {"accessToken": "token", "expiresAt": "\((Date.now + 600).rfc3339)", "clientId": "client", "clientSecret": "hush",
       "refreshToken": "refresh", "registrationExpiresAt": "\((Date.now + 86400).rfc3339)"}
      """)
    let token = try folder.write("identity", "eyJhbGciOiJub25lIn0.e30.")
    let environment = [
      "HOME": folder.path, "AWS_EC2_METADATA_DISABLED": "true", "AWS_REGION": emulator.region,
      "AWS_ENDPOINT_URL": emulator.endpoint, "AWS_WEB_IDENTITY_TOKEN_FILE": more.isEmpty ? nil : token,
    ].compactMapValues { $0 }.merging(more) { $1 }
    let recorder = Recorder()
    let credentials = DefaultCredentials(
      environment: environment, profile: profile.isEmpty ? nil : profile, region: nil, transport: recorder,
      retry: AWSRetryPolicy(attempts: 1), now: { .now })
    _ = try? await credentials.credentials()
    withExtendedLifetime(folder) {}
    return recorder.asked.withLock { $0 }.map { $0.replacing(emulator.endpoint, with: "") }
  }

  @Test("IAM Identity Center is asked for a new token and for a role's keys as its models have it")
  func identityCenter() async throws {
    let asked = try await asked(profile: "sso")
    #expect(asked.first?.hasPrefix("POST /token {") == true, "\(asked)")
    #expect(asked.contains { $0.hasPrefix("GET /federation/credentials?") }, "\(asked)")
  }

  @Test("STS is asked for a role's keys as its model has it, signed or with a web identity")
  func roles() async throws {
    let signed = try await asked(profile: "role")
    #expect(
      signed.first?.contains("Action=AssumeRole&") == true && signed.first?.contains("ExternalId") == true, "\(signed)")
    let identity = try await asked(profile: "", ["AWS_ROLE_ARN": "arn:aws:iam::123456789012:role/pod"])
    #expect(identity.first?.contains("Action=AssumeRoleWithWebIdentity&") == true, "\(identity)")
  }
}
