import Foundation
import Support

/// A self-signed certificate for 127.0.0.1 and localhost, made by openssl.
public struct Certificate: Sendable {
  public let certificateFile: String
  public let keyFile: String

  public static func make(in folder: TemporaryFolder) throws -> Certificate {
    let name = "\(folder.path)/\(UUID().uuidString)"
    let made = Certificate(certificateFile: "\(name).crt", keyFile: "\(name).key")
    try Child.run(
      "/usr/bin/openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
      "-days", "2", "-subj", "/CN=loopback", "-addext", "subjectAltName=IP:127.0.0.1,DNS:localhost", "-keyout",
      made.keyFile, "-out", made.certificateFile)
    return made
  }
}
