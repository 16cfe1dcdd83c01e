import Foundation
import Support

/// A real `docker-registry` on a loopback port, its storage in a folder of its own. It stops with its owner.
public final class DockerRegistry: @unchecked Sendable {
  /// `127.0.0.1:PORT`
  public let host: String
  private let folder: TemporaryFolder
  private let process = Process()

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

  /// - Throws: when it does not come up within a minute.
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
    process.executableURL = URL(fileURLWithPath: "/usr/bin/docker-registry")
    process.arguments = ["serve", file]
    process.environment = ["OTEL_TRACES_EXPORTER": "none", "PATH": "/usr/bin:/bin"]
    process.standardOutput = output
    process.standardError = output
    try process.run()
    guard let port = Self.readPort(output.fileHandleForReading) else {
      process.terminate()
      throw SystemError("start docker-registry", code: ETIMEDOUT)
    }
    host = "127.0.0.1:\(port)"
    // Nobody reads on: a full pipe would stop the registry.
    Thread.detachNewThread { while !output.fileHandleForReading.availableData.isEmpty {} }
  }

  deinit {
    process.terminate()
    process.waitUntilExit()
  }

  private static func readPort(_ log: FileHandle) -> Int? {
    var text = ""
    while true {
      let part = log.availableData
      if part.isEmpty { return nil }
      text += String(decoding: part, as: UTF8.self)
      guard let found = text.range(of: "listening on 127.0.0.1:") else { continue }
      let digits = text[found.upperBound...].prefix { $0.isNumber }
      if found.upperBound < text.endIndex, digits.endIndex < text.endIndex { return Int(digits) }
    }
  }
}
