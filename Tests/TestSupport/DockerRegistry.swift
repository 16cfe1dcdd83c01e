import Foundation
import Support

/// A real `docker-registry` on a loopback port, its storage in a folder of its own. It stops with its owner.
public final class DockerRegistry: @unchecked Sendable {
  /// `127.0.0.1:PORT`
  public let host: String
  private let folder: TemporaryFolder
  private let process: Child

  public struct Options: Sendable {
    /// Serves TLS with `Certificate.make`'s certificate.
    public var certificate: Certificate?
    public var allowsHTTP2 = true
    /// The `auth` section of the configuration, indented by two.
    public var auth: String?

    public init(certificate: Certificate? = nil, allowsHTTP2: Bool = true, auth: String? = nil) {
      self.certificate = certificate
      self.allowsHTTP2 = allowsHTTP2
      self.auth = auth
    }
  }

  /// - Throws: when it does not come up.
  public init(_ options: Options = Options()) throws {
    folder = try TemporaryFolder()
    var lines = [
      "version: 0.1", "log: {level: info, accesslog: {disabled: true}}",
      "storage: {filesystem: {rootdirectory: \(folder.path)/storage}, delete: {enabled: true}}", "http:",
      "  addr: 127.0.0.1:0", "  http2: {disabled: \(!options.allowsHTTP2)}",
    ]
    if let certificate = options.certificate {
      lines.append("  tls: {certificate: \(certificate.certificateFile), key: \(certificate.keyFile)}")
    }
    if let auth = options.auth { lines += ["auth:", auth] }
    let file = try folder.write("config.yml", lines.joined(separator: "\n") + "\n")

    let output = Pipe()
    process = try Child(
      ["/usr/bin/docker-registry", "serve", file],
      environment: ["OTEL_TRACES_EXPORTER": "none", "PATH": "/usr/bin:/bin"], output: .pipe(output),
      errors: .pipe(output))
    let found: Int?
    do {
      found = try output.fileHandleForReading.read("docker-registry to listen", Self.port)
    } catch {
      process.signal(SIGTERM)
      throw error
    }
    guard let port = found else { throw SystemError("start docker-registry", code: ECHILD) }
    host = "127.0.0.1:\(port)"
    // Nobody reads on: a full pipe would stop the registry. (no wait: a thread of its own)
    Thread.detachNewThread { while !output.fileHandleForReading.availableData.isEmpty {} }
  }

  deinit {
    process.signal(SIGTERM)
    try? process.end()
  }

  /// The port that its log names; nil where it does not yet, or not in full.
  private static func port(_ log: [UInt8]) -> Int? {
    let text = String(decoding: log, as: UTF8.self)
    guard let found = text.range(of: "listening on 127.0.0.1:") else { return nil }
    let digits = text[found.upperBound...].prefix { $0.isNumber }
    return digits.endIndex < text.endIndex ? Int(digits) : nil
  }
}
