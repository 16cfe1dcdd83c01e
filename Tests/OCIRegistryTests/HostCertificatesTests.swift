import FoundationEssentials
import HTTP
import OCIRegistry
import TestSupport
import Testing

@Suite struct HostCertificatesTests {
  private let folder: TemporaryFolder
  private let authority: CertificateAuthority

  init() throws {
    folder = try TemporaryFolder()
    authority = try CertificateAuthority(in: folder)
  }

  @Test("The first folder that is the registry's counts, and says what it holds")
  func finds() throws {
    try folder.write("user/a.io:5000/own.crt", "")
    try folder.write("system/a.io:5000/other.crt", "")
    for name in ["b.crt", "a.crt", "me.cert", "me.key", "notes.txt"] { try folder.write("system/b.io/\(name)", "") }
    try folder.write("system/half.io/me.cert", "")
    try folder.write("system/stray.io/me.key", "")
    let roots = ["\(folder.path)/user", "\(folder.path)/none", "\(folder.path)/system"]
    func find(_ registry: String) -> HostCertificates? { HostCertificates.find(registry, in: roots) }
    #expect(find("a.io:5000")?.authorities == ["\(folder.path)/user/a.io:5000/own.crt"])
    #expect(find("a.io") == nil)
    #expect(find("..") == nil && find("b.io/..") == nil)
    let whole = try #require(find("b.io"))
    #expect(whole.authorities.map { $0.suffix(5) } == ["a.crt", "b.crt"])
    #expect(
      whole.client?.file.hasSuffix("b.io/me.cert") == true && whole.client?.keyFile.hasSuffix("b.io/me.key") == true)
    #expect(whole.fault == nil)
    #expect(find("half.io")?.fault?.contains("half.io/me.cert has no matching me.key") == true)
    #expect(find("stray.io")?.fault?.contains("stray.io/me.key has no matching me.cert") == true)
    #expect(
      HostCertificates.roots(home: "/home/me") == [
        "/home/me/.config/containers/certs.d", "/etc/containers/certs.d", "/etc/docker/certs.d",
      ])
  }

  private func client(of server: TLSServer, caFile: String? = nil) -> RegistryClient {
    var configuration = RegistryConfiguration(secureRegistries: [server.host], caFile: caFile)
    configuration.certificateRoots = ["\(folder.path)/certs.d"]
    return RegistryClient(transport: sharedTransport, credentials: AnonymousAccess(), configuration: configuration)
  }

  private func put(_ file: String, as name: String, for server: TLSServer) throws {
    try folder.write(
      "certs.d/\(server.host)/\(name)", String(decoding: Data(contentsOf: .init(filePath: file)), as: UTF8.self))
  }

  @Test(
    "A registry that wants a certificate of its clients gets the one of its folder", arguments: ["-tls1_2", "-tls1_3"])
  func clientCertificate(version: String) async throws {
    let server = try TLSServer(
      try authority.issue(for: "IP:127.0.0.1"),
      options: [version, "-Verify", "1", "-verify_return_error", "-CAfile", authority.certificate.certificateFile])
    let reference = try ImageReference("\(server.host)/a:1")
    let error = await #expect(throws: RegistryError.self) {
      try await client(of: server, caFile: authority.certificate.certificateFile).ping(reference)
    }
    let words = error?.description ?? ""
    #expect(words.contains("require a client certificate"), "\(words)")
    #expect(words.contains("certs.d/HOST") && words.contains("client.key"), "\(words)")

    let own = try authority.issue(for: "DNS:me.example")
    try put(authority.certificate.certificateFile, as: "ca.crt", for: server)
    try put(own.certificateFile, as: "client.cert", for: server)
    let half = await #expect(throws: RegistryError.self) { try await client(of: server).ping(reference) }
    #expect(half?.kind == .credentials && half?.description.contains("client.cert has no matching client.key") == true)
    try put(own.keyFile, as: "client.key", for: server)
    #expect(try await client(of: server).ping(reference).wantsSignIn == false)
  }

  @Test("An authority of the registry's folder is trusted beside that of the configuration")
  func authorities() async throws {
    let other = try TemporaryFolder()
    let server = try TLSServer(try authority.issue(for: "IP:127.0.0.1"))
    let reference = try ImageReference("\(server.host)/a:1")
    let elsewhere = try CertificateAuthority(in: other).certificate.certificateFile
    await #expect(throws: RegistryError.self) { try await client(of: server, caFile: elsewhere).ping(reference) }
    try put(authority.certificate.certificateFile, as: "ca.crt", for: server)
    _ = try await client(of: server, caFile: elsewhere).ping(reference)
    let missing = await #expect(throws: RegistryError.self) {
      try await client(of: server, caFile: "/nowhere/ca.pem").ping(reference)
    }
    #expect(missing?.description.contains("/nowhere/ca.pem") == true, "\(missing?.description ?? "")")
  }
}
