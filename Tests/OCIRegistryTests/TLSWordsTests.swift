import HTTP
import OCIRegistry
import TestSupport
import Testing

/// Against real servers, each with something wrong.
@Suite struct TLSWordsTests {
  private let folder: TemporaryFolder
  private let authority: CertificateAuthority

  init() throws {
    folder = try TemporaryFolder()
    authority = try CertificateAuthority(in: folder)
  }

  private func failure(_ server: String, trusts caFile: String?) async throws -> RegistryError? {
    let client = RegistryClient(
      transport: sharedTransport, credentials: AnonymousAccess(),
      configuration: RegistryConfiguration(secureRegistries: [server], caFile: caFile))
    let reference = try ImageReference("\(server)/a:t")
    return await #expect(throws: RegistryError.self) { try await client.head(reference) }
  }

  private func expect(_ words: String, _ advice: String, _ error: RegistryError?) {
    let text = error?.description ?? ""
    #expect(text.contains(words), "\(text)")
    #expect(text.contains(advice), "\(text)")
    #expect(error?.kind == .unreachable)
  }

  @Test("A server that speaks old TLS only is told so", arguments: ["-tls1", "-tls1_1"])
  func old(version: String) async throws {
    let server = try TLSServer(
      try authority.issue(for: "IP:127.0.0.1"), options: [version, "-cipher", "ALL:@SECLEVEL=0"])
    expect(
      "supports only TLS 1.1 or older", "enable TLS 1.2 or later",
      try await failure(server.host, trusts: authority.certificate.certificateFile))
  }

  @Test func anExpiredCertificateIsTold() async throws {
    let server = try TLSServer(try authority.issue(for: "IP:127.0.0.1", days: -1))
    expect(
      "certificate has expired", "renew it",
      try await failure(server.host, trusts: authority.certificate.certificateFile))
  }

  @Test func aCertificateOfAnotherHostIsTold() async throws {
    let server = try TLSServer(try authority.issue(for: "DNS:other.example"))
    expect(
      "certificate is for another host", "name that the certificate is for",
      try await failure(server.host, trusts: authority.certificate.certificateFile))
  }

  @Test func aSelfSignedCertificateIsTold() async throws {
    let server = try TLSServer(try Certificate.make(in: folder))
    expect("self-signed", "`caFile`", try await failure(server.host, trusts: nil))
  }

  @Test func anAuthorityThatNobodyKnowsIsTold() async throws {
    let server = try TLSServer(try authority.issue(for: "IP:127.0.0.1"))
    expect("CA that this machine does not trust", "`caFile`", try await failure(server.host, trusts: nil))
  }

  @Test func aServerWithoutTLSIsTold() async throws {
    let server = try DockerRegistry()
    expect("does not speak TLS", "listed as insecure", try await failure(server.host, trusts: nil))
  }
}
