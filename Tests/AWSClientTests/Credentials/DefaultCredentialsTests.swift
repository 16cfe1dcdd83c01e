import FoundationEssentials
import Support
import TestSupport
import Testing

@testable import AWSClient

/// The whole chain, over time.
@Suite struct DefaultCredentialsTests {
  @Test func aChangedFileCountsAtOnce() async throws {
    let fixture = try CredentialFixture()
    let provider = fixture.provider()
    #expect(await provider.failure()?.kind == .notConfigured)
    try fixture.folder.write(".aws/credentials", "[default]\naws_access_key_id = A\naws_secret_access_key = s\n")
    #expect(try await provider.credentials().accessKeyID == "A")
    try fixture.folder.write(".aws/credentials", "[default]\naws_access_key_id = longer\naws_secret_access_key = s\n")
    #expect(try await provider.credentials().accessKeyID == "longer")
    try fixture.folder.write(".aws/credentials", "[default\n")
    let error = await provider.failure()
    #expect(error?.kind == .invalid && error?.description.contains("credentials, line 1: this is neither") == true)
    try fixture.folder.write(".aws/config", "[profile p]\naws_access_key_id = P\naws_secret_access_key = s\n")
    try fixture.folder.write(".aws/credentials", "")
    let other = fixture.provider(profile: "p")
    #expect(try await other.credentials().accessKeyID == "P")
    try fixture.folder.write(".aws/config", "")
    #expect(await other.failure()?.description.contains("there is no AWS profile 'p'") == true)
  }

  @Test func anotherRoleInTheFileIsTakenOnThoughTheLastOnesKeysStillServe() async throws {
    let keys = "aws_access_key_id = A\naws_secret_access_key = s\nsource_profile = default\n"
    let fixture = try CredentialFixture(config: "[default]\n\(keys)role_arn = arn:one\n")
    let server = try LoopbackServer { request in
      let isFirst = String(decoding: request.body, as: UTF8.self).contains("one")
      return .answer(200, [], fixture.xml("AssumeRole", id: isFirst ? "ONE" : "OTHER"))
    }
    let provider = fixture.provider([:], server)
    for _ in 0..<3 { #expect(try await provider.credentials().accessKeyID == "ONE") }
    #expect(server.requests.count == 1)
    try fixture.folder.write(".aws/config", "[default]\n\(keys)role_arn = arn:other\n")
    for _ in 0..<3 { #expect(try await provider.credentials().accessKeyID == "OTHER") }
    #expect(server.requests.count == 2)
  }

  @Test func keysOfTheEnvironmentThatHaveEndedSaySo() async throws {
    let fixture = try CredentialFixture()
    let provider = fixture.provider([
      "AWS_ACCESS_KEY_ID": "A", "AWS_SECRET_ACCESS_KEY": "s", "AWS_CREDENTIAL_EXPIRATION": fixture.later(60),
    ])
    #expect(try await provider.credentials().accessKeyID == "A")
    fixture.wait(60)
    let error = await provider.failure()
    #expect(error?.kind == .expired && error?.description.contains("expired at 2026-11-23T20:01:00Z") == true)
  }

  @Test func keysThatAServiceRefusedAreAskedForAnew() async throws {
    let fixture = try CredentialFixture(config: "[default]\ncredential_process = keys\n")
    try fixture.folder.write(
      "bin/keys",
      """
      #!/bin/sh
      echo x >> "$HOME/calls"
      echo '{"Version": 1, "AccessKeyId": "K'$(wc -l < "$HOME/calls")'", "SecretAccessKey": "s"}'
      """, mode: 0o700)
    let server = try LoopbackServer { request in
      request.headers["authorization"]?.contains("Credential=K1/") == true
        ? .answer(400, [], #"{"__type": "ExpiredTokenException"}"#) : .answer(200, [], "{}")
    }
    let provider = fixture.provider()
    let client = ServiceClient(.dynamoDB, server.connection(provider))
    for _ in 0..<2 { _ = try await client.send(.init("ListTables"), body: []) }
    #expect(server.requests.count == 3)
    #expect(try await provider.credentials().accessKeyID == "K2")
  }

  @Test func aConnectionIsMadeOfTheEnvironmentAndTheFiles() async throws {
    let fixture = try CredentialFixture(
      config:
        "[profile p]\nregion = xx-south-1\nca_bundle = /ca.pem\naws_access_key_id = A\naws_secret_access_key = s\n")
    let server = try LoopbackServer { _ in .answer(200, [], "{}") }
    let environment = fixture.environment(["AWS_REGION": ""], server)
    let connection = try AWSConnection(environment: environment, profile: "p", transport: transport)
    #expect(connection.endpoints.region == "xx-south-1" && connection.caFile == "/ca.pem")
    #expect(try await connection.credentials.credentials().accessKeyID == "A")
    let other = try AWSConnection(environment: environment, profile: "p", region: "xx-west-1", transport: transport)
    _ = try await ServiceClient(.dynamoDB, other).send(.init("ListTables"), body: [])
    #expect(server.requests.first?.headers["authorization"]?.contains("/xx-west-1/dynamodb/") == true)
    let error = #expect(throws: AWSSettingsError.self) {
      try AWSConnection(environment: environment, transport: transport)
    }
    #expect(error?.description.contains("no AWS region is set") == true)
  }
}
