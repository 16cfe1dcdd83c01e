import Foundation
import Glibc
import Support

/// `openssl s_server` on a loopback port, which answers every GET with a page. It stops with its owner.
public final class TLSServer: @unchecked Sendable {
  /// `127.0.0.1:PORT`
  public let host: String
  private let process: Child

  /// - Parameter options: of `openssl s_server`, such as `-tls1`.
  /// - Throws: when it does not come up.
  public init(_ certificate: Certificate, options: [String] = []) throws {
    let output = Pipe()
    let words = [
      "/usr/bin/openssl", "s_server", "-accept", "127.0.0.1:0", "-cert", certificate.certificateFile, "-key",
      certificate.keyFile, "-www",
    ]
    process = try Child(words + options, output: .pipe(output))
    let port = try? output.fileHandleForReading.read("openssl s_server to listen") { bytes in
      String(decoding: bytes, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false).dropLast()
        .first { $0.hasPrefix("ACCEPT 127.0.0.1:") }.flatMap { Int($0.split(separator: ":").last ?? "") }
    }
    guard let port else {
      process.signal(SIGKILL)
      throw SystemError("start openssl s_server", code: ETIMEDOUT)
    }
    host = "127.0.0.1:\(port)"
    // Nobody reads on: a full pipe would stop the server. (no wait: a thread of its own)
    Thread.detachNewThread { while !output.fileHandleForReading.availableData.isEmpty {} }
  }

  deinit {
    process.signal(SIGKILL)
    try? process.end()
  }
}

/// An authority of the test's own, which signs certificates as asked for.
public struct CertificateAuthority: Sendable {
  public let certificate: Certificate
  private let folder: String

  public init(in folder: TemporaryFolder) throws {
    self.folder = folder.path
    certificate = Certificate(certificateFile: "\(folder.path)/ca.crt", keyFile: "\(folder.path)/ca.key")
    try Child.run(
      "/usr/bin/openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
      "-days", "2", "-subj",
      "/CN=authority", "-keyout", certificate.keyFile, "-out", certificate.certificateFile)
  }

  /// - Parameters:
  ///   - names: as in `IP:127.0.0.1,DNS:localhost`.
  ///   - days: from now; negative for one that has expired.
  public func issue(for names: String, days: Int = 2) throws -> Certificate {
    let name = "\(folder)/\(UUID().uuidString)"
    let made = Certificate(certificateFile: "\(name).crt", keyFile: "\(name).key")
    try Child.run(
      "/usr/bin/openssl", "req", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=loopback", "-keyout", made.keyFile,
      "-out", "\(name).csr")
    try Data("subjectAltName=\(names)\n".utf8).write(to: URL(fileURLWithPath: "\(name).ext"))
    try Child.run(
      "/usr/bin/openssl", "x509", "-req", "-in", "\(name).csr", "-CA", certificate.certificateFile, "-CAkey",
      certificate.keyFile,
      "-set_serial", "\(UInt32.random(in: 1...UInt32.max))", "-days", "\(days)", "-extfile", "\(name).ext", "-out",
      made.certificateFile)
    return made
  }
}
