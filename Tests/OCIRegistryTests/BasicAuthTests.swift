import HTTP
import OCIRegistry
import TestSupport
import Testing

@Suite struct BasicAuthTests {
  private let authorization = "Basic bWU6cHc="
  private let credential = RegistryCredential.basic(username: "me", password: "pw")

  private func makeRegistry() throws -> LoopbackServer {
    try LoopbackServer { [authorization] request in
      request.headers["authorization"] == authorization
        ? .answer(200, manifestHeaders(), to: request.method)
        : .answer(401, [("WWW-Authenticate", #"Basic realm="x", charset="UTF-8""#)], to: request.method)
    }
  }

  @Test func theCredentialIsShownAfterARefusalAndAtOnceFromThenOn() async throws {
    let server = try makeRegistry()
    let client = makeClient(credential)
    for name in ["a", "b", "c"] { _ = try await client.head(try server.reference("\(name):t")) }
    #expect(server.requests.map { $0.headers["authorization"] } == [nil, authorization, authorization, authorization])
  }

  @Test(arguments: [nil, RegistryCredential.basic(username: "me", password: "hunter2"), .identityToken("hunter2")])
  func whatIsRefusedIsNotTriedAgain(credential: RegistryCredential?) async throws {
    let server = try makeRegistry()
    let client = makeClient(credential)
    for _ in 0..<2 {
      let error = await #expect(throws: RegistryError.self) { try await client.head(try server.reference()) }
      #expect(error?.kind == .unauthorized)
      #expect(error?.description.contains("hunter2") == false)
    }
    if case .basic = credential {
      #expect(server.requests.count == 3)
    } else {
      #expect(server.requests.count == 2)
    }
  }

  @Test func credentialsThatCannotBeReadAreTheError() async throws {
    let server = try makeRegistry()
    let client = RegistryClient(
      transport: sharedTransport, credentials: ContainersAuth(environment: [:], authFile: "/"))
    let error = await #expect(throws: RegistryError.self) { try await client.head(try server.reference()) }
    #expect(error?.kind == .credentials)
    #expect(error?.description.contains("auth file /") == true)
  }

  @Test func aServerTheRegistryRedirectsToGetsNoCredential() async throws {
    let other = try makeRegistry()
    let server = try LoopbackServer { .answer(307, [("Location", "\(other.url)/elsewhere")], to: $0.method) }
    let error = await #expect(throws: RegistryError.self) {
      try await makeClient(credential).head(try server.reference())
    }
    #expect(error?.kind == .unauthorized)
    #expect(other.requests.map { $0.headers["authorization"] } == [nil])
  }
}
