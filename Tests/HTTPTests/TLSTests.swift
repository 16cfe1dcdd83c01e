import HTTP
import Support
import TestSupport
import Testing

/// Against a real docker-registry, which serves HTTP/2 where it serves TLS.
@Suite struct TLSTests {
  private let folder: TemporaryFolder
  private let certificate: Certificate

  init() throws {
    folder = try TemporaryFolder()
    certificate = try Certificate.make(in: folder)
  }

  private func request(_ registry: DockerRegistry, caFile: String?) -> HTTPRequest {
    HTTPRequest("GET", "https://\(registry.host)/v2/", caFile: caFile)
  }

  /// How many connections this machine holds to a port just now.
  private func connections(to host: String) throws -> Int {
    let port = try #require(host.split(separator: ":").last.flatMap { Int($0) })
    let digits = String(port, radix: 16, uppercase: true)
    let padding = String(repeating: "0", count: 4 - digits.count)
    let remote = "0100007F:\(padding)\(digits)"
    let table = try String(decoding: readFile("/proc/net/tcp", limit: 64 << 20), as: UTF8.self)
    return table.split(separator: "\n").count { line in
      let fields = line.split(separator: " ")
      return fields.count > 3 && fields[2] == remote && fields[3] == "01"
    }
  }

  @Test("HTTP/2 requests share a connection, HTTP/1.1 requests have their own, within bounds", arguments: [2, 1])
  func connections(version: Int) async throws {
    let registry = try DockerRegistry(.init(certificate: certificate, allowsHTTP2: version == 2))
    let transport = CurlTransport(connectionsPerHost: 8, environment: [:])
    let request = request(registry, caFile: certificate.certificateFile)
    // The first answer tells which of the two it is.
    _ = try await transport.send(request)
    try await withThrowingTaskGroup(of: HTTPResponse.self) { group in
      for _ in 0..<90 { group.addTask { try await transport.send(request) } }
      for try await response in group {
        #expect(response.status == 200)
        #expect(response.httpVersion == version)
      }
    }
    let count = try connections(to: registry.host)
    #expect(version == 2 ? count == 1 : (1...8).contains(count), "\(count)")
  }

  @Test func HTTP1CanBeForced() async throws {
    let registry = try DockerRegistry(.init(certificate: certificate))
    var request = request(registry, caFile: certificate.certificateFile)
    request.forceHTTP1 = true
    #expect(try await CurlTransport(environment: [:]).send(request).httpVersion == 1)
  }

  @Test func aCertificateIsTrustedOnlyThroughTheRightCAFile() async throws {
    let other = try Certificate.make(in: folder)
    let registry = try DockerRegistry(.init(certificate: certificate))
    let url = "https://\(registry.host)/v2/"
    let accepted = [
      (CurlTransport(environment: [:]), HTTPRequest("GET", url, caFile: certificate.certificateFile)),
      (CurlTransport(environment: ["SSL_CERT_FILE": certificate.certificateFile]), HTTPRequest("GET", url)),
      (
        CurlTransport(environment: ["CURL_CA_BUNDLE": certificate.certificateFile, "SSL_CERT_FILE": "/none"]),
        HTTPRequest("GET", url)
      ),
      (CurlTransport(environment: [:]), HTTPRequest("GET", url, skipsVerification: true)),
    ]
    for (transport, request) in accepted { #expect(try await transport.send(request).status == 200) }
    let refused = [
      (CurlTransport(environment: [:]), HTTPRequest("GET", url)),
      (CurlTransport(environment: [:]), HTTPRequest("GET", url, caFile: other.certificateFile)),
      (CurlTransport(environment: [:]), HTTPRequest("GET", url, caFile: "/none")),
      (
        CurlTransport(environment: ["SSL_CERT_FILE": certificate.certificateFile]),
        HTTPRequest("GET", url, caFile: other.certificateFile)
      ),
    ]
    for (transport, request) in refused {
      let error = await #expect(throws: HTTPError.self) { try await transport.send(request) }
      #expect(error?.code == .tls, "\(error?.description ?? "")")
    }
  }

  @Test func aHostThatHangsInTheHandshakeFailsAllWhoWaitForItTogether() async throws {
    let server = try LoopbackServer { _ in [.hang] }
    let transport = CurlTransport(environment: [:])
    // Each makes its own connection: none waits for another's time-out first.
    let timeouts = HTTPRequest.Timeouts(connect: .seconds(1), whole: .seconds(5))
    let request = HTTPRequest("GET", "https://\(server.host)/", timeouts: timeouts)
    await withTaskGroup(of: Bool.self) { group in
      for _ in 0..<16 {
        group.addTask { if case .failure = await transport.outcome(of: request) { true } else { false } }
      }
      for await hasFailed in group { #expect(hasFailed) }
    }
    #expect(server.connections == 16)
  }

  @Test func aPlainServerBehindAnHTTPSAddressIsATLSFailure() async throws {
    let registry = try DockerRegistry()
    let error = await #expect(throws: HTTPError.self) {
      try await CurlTransport(environment: [:]).send(HTTPRequest("GET", "https://\(registry.host)/"))
    }
    #expect(error?.code == .tls, "\(error?.description ?? "")")
  }
}
