import AWSClient
import Foundation
import HTTP
import MirrorCore
import Support
import TestSupport
import Testing

@testable import AWSBackend

/// A key that is always good.
struct FixedKey: CredentialProvider {
  func credentials() async throws(AWSCredentialError) -> AWSCredentials {
    AWSCredentials(accessKeyID: "KEY", secretAccessKey: "secret")
  }
}

extension LoopbackServer {
  /// A connection to this server as if it were every service of AWS; its waits are short.
  func connection(_ credentials: any CredentialProvider = FixedKey()) -> AWSConnection {
    AWSConnection(
      endpoints: AWSEndpoints(region: "eu-central-1", override: url), credentials: credentials,
      transport: ServerTransport(self),
      retry: AWSRetryPolicy(backoff: Backoff(base: .milliseconds(1), limit: .milliseconds(2))))
  }
}

extension Request {
  /// The operation of a JSON service.
  var operation: String { headers["x-amz-target"] ?? path }
  var text: String { String(decoding: body, as: UTF8.self) }
}

struct StackSettingsTests {
  static let document = """
    {"mirrorTable":"m","historyTable":"h","mirrorQueue":"mq","controlQueue":"cq","mirrorJob":"mj","controlJob":"cj",
     "logGroup":"/g","ecrAliases":{"127.0.0.1:1":"123456789012.dkr.ecr.eu-central-1.amazonaws.com"},"later":"ignored"}
    """

  private func server(_ value: String) throws -> LoopbackServer {
    let body = try JSONEncoder().encode(["Parameter": ["Value": value]])
    return try LoopbackServer { _ in .answer(200, [], String(decoding: body, as: UTF8.self)) }
  }

  @Test("A stack is found by its name in one call")
  func find() async throws {
    let server = try server(Self.document)
    let settings = try await StackSettings.find("prod", server.connection())
    #expect(settings.mirrorTable == "m")
    #expect(settings.auth == nil)
    #expect(settings.ecrAliases?.keys.first == "127.0.0.1:1")
    #expect(server.requests.count == 1)
    #expect(server.requests.first?.text.contains(#""Name":"\/ecrmirror\/prod""#) == true)
  }

  @Test("A stack that is not there says where it was looked for and what to check")
  func missing() async throws {
    let server = try LoopbackServer { _ in .answer(400, [], #"{"__type":"ParameterNotFound"}"#) }
    let error = await #expect(throws: MirrorError.self) {
      try await StackSettings.find("prod", server.connection())
    }
    #expect(error?.kind == .notFound)
    #expect(error?.description.contains("/ecrmirror/prod") == true)
    #expect(error?.description.contains("--region") == true)
  }

  @Test("A name that cannot be one is refused before anything is asked", arguments: ["", "a/b", "a b", "é"])
  func names(name: String) async throws {
    let server = try LoopbackServer { _ in .answer(200) }
    let error = await #expect(throws: MirrorError.self) { try await StackSettings.find(name, server.connection()) }
    #expect(error?.kind == .invalid)
    #expect(server.requests.isEmpty)
  }

  @Test(
    "A document that does not fit says what is wrong",
    arguments: [
      (#"{"mirrorTable":"m"}"#, "'historyTable' is missing"), ("nonsense", "not JSON"),
      (document.replacingOccurrences(of: #""mq""#, with: "7"), "'mirrorQueue' is not of the right type"),
    ])
  func wrong(document: String, reason: String) throws {
    let error = #expect(throws: MirrorError.self) { try StackSettings(json: document, stack: "s") }
    #expect(error?.description.contains(reason) == true)
  }
}
