import AWSClient
import Foundation
import OCIRegistry
import TestSupport
import Testing

@testable import AWSBackend

/// Knows one registry.
private struct OneFile: CredentialSource {
  func credential(for registry: String, repository: String) async throws -> RegistryCredential? {
    registry == "ghcr.io" ? .basic(username: "file", password: "f") : nil
  }
}

private struct NotConfigured: CredentialProvider {
  func credentials() async throws(AWSCredentialError) -> AWSCredentials {
    throw AWSCredentialError(.notConfigured, "no credentials")
  }
}

struct AWSSignInTests {
  private static let password = Data("AWS:token".utf8).base64EncodedString()

  /// A service that hands out tokens which last this long, and one secret.
  private func server(
    lasting: TimeInterval = 12 * 3600, secret: String = #"{"auths":{"quay.io":{"auth":"c2VjcmV0OnM="}}}"#
  ) throws -> LoopbackServer {
    let body = String(decoding: try JSONEncoder().encode(["SecretString": secret]), as: UTF8.self)
    let expires = Date.now.timeIntervalSince1970 + lasting
    return try LoopbackServer { request in
      let data = #"{"authorizationToken":"\#(Self.password)","expiresAt":\#(expires)}"#
      switch request.operation {
      case "AmazonEC2ContainerRegistry_V20150921.GetAuthorizationToken":
        return .answer(200, [], #"{"authorizationData":[\#(data)]}"#)
      case "SpencerFrontendService.GetAuthorizationToken": return .answer(200, [], #"{"authorizationData":\#(data)}"#)
      case "secretsmanager.GetSecretValue": return .answer(200, [], body)
      default: return .answer(400, [], #"{"__type":"UnknownOperationException"}"#)
      }
    }
  }

  private func signIn(_ server: LoopbackServer, _ provider: any CredentialProvider = FixedKey()) -> AWSSignIn {
    AWSSignIn(
      server.connection(provider), files: OneFile(), secret: "arn:aws:secretsmanager:eu-central-1:1:secret:auth",
      aliases: ["127.0.0.1:5000": "123456789012.dkr.ecr.us-west-2.amazonaws.com"])
  }

  @Test(
    "Each registry is signed in to in its own way",
    arguments: [
      ("123456789012.dkr.ecr.us-east-1.amazonaws.com", "AWS", "us-east-1/ecr"),
      ("123456789012.dkr.ecr.cn-north-1.amazonaws.com.cn", "AWS", "cn-north-1/ecr"),
      ("127.0.0.1:5000", "AWS", "us-west-2/ecr"),
      ("public.ecr.aws", "AWS", "us-east-1/ecr-public"),
      ("ghcr.io", "file", nil),
      ("quay.io", "secret", "eu-central-1/secretsmanager"),
    ])
  func each(registry: String, user: String, scope: String?) async throws {
    let server = try server()
    let credential = try await signIn(server).credential(for: registry, repository: "a/b")
    guard case .basic(let username, _) = credential else {
      Issue.record("\(String(describing: credential))")
      return
    }
    #expect(username == user)
    let scopes = server.requests.compactMap { $0.headers["authorization"] }
    #expect(scopes.count == (scope == nil ? 0 : 1))
    if let scope { #expect(scopes.first?.contains(scope) == true) }
  }

  @Test("A token is asked for once by many, and kept")
  func once() async throws {
    let server = try server()
    let signIn = signIn(server)
    try await withThrowingTaskGroup { group in
      for account in 100..<140 {
        group.addTask {
          _ = try await signIn.credential(
            for: "123456789\(account).dkr.ecr.us-east-1.amazonaws.com", repository: "a")
        }
      }
      try await group.waitForAll()
    }
    #expect(server.requests.count == 1)
  }

  @Test("A token that would end during a long job is made new")
  func renewed() async throws {
    let server = try server(lasting: 3600)
    let signIn = signIn(server)
    for _ in 0..<2 {
      _ = try await signIn.credential(for: "123456789012.dkr.ecr.us-east-1.amazonaws.com", repository: "a")
    }
    #expect(server.requests.count == 2)
  }

  @Test("Without AWS credentials ECR is signed in to as any other registry; nothing is asked of AWS")
  func notConfigured() async throws {
    let server = try server()
    let signIn = AWSSignIn(server.connection(NotConfigured()), files: OneFile())
    #expect(
      try await signIn.credential(for: "123456789012.dkr.ecr.us-east-1.amazonaws.com", repository: "a") == nil)
    #expect(server.requests.isEmpty)
  }

  @Test(
    "Who may not have a token pulls from the public gallery anonymously, and is told about private registries",
    arguments: ["AccessDeniedException", "UnrecognizedClientException", "InvalidSignatureException"])
  func denied(code: String) async throws {
    let server = try LoopbackServer { _ in .answer(400, [], #"{"__type":"\#(code)","message":"no"}"#) }
    let signIn = AWSSignIn(server.connection(), files: OneFile())
    #expect(try await signIn.credential(for: "public.ecr.aws", repository: "a") == nil)
    let error = await #expect(throws: AWSError.self) {
      try await signIn.credential(for: "123456789012.dkr.ecr.us-east-1.amazonaws.com", repository: "a")
    }
    #expect(error?.description.contains("GetAuthorizationToken") == true)
  }

  @Test(
    "Keys of other partitions, which the public gallery does not know, are not offered to it",
    arguments: ["us-gov-west-1", "cn-north-1"])
  func otherPartitions(region: String) async throws {
    let server = try server()
    let signIn = AWSSignIn(server.connection().inRegion(region), files: OneFile())
    #expect(try await signIn.credential(for: "public.ecr.aws", repository: "a") == nil)
    #expect(server.requests.isEmpty)
  }

  @Test(
    "A secret that cannot be used is an error without its content",
    arguments: ["hunter2", #"{"auths":{"quay.io":{"auth":"hunter2"}}}"#, #"{"credsStore":"hunter2-store"}"#])
  func badSecret(secret: String) async throws {
    let server = try server(secret: secret)
    let signIn = signIn(server)
    let error = await #expect(throws: CredentialError.self) {
      try await signIn.credential(for: "quay.io", repository: "a")
    }
    #expect(error?.description.contains("arn:aws:secretsmanager") == true)
    #expect(error?.description.contains("hunter2\"") == false)
    #expect(server.requests.count == 1)
  }
}
