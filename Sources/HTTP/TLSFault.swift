/// Why no secure connection came about: what is wrong with the server, and what a person may do.
public enum TLSFault: Sendable, Equatable, CaseIterable {
  /// The server speaks nothing newer than TLS 1.1, or with signatures that are refused since.
  case outdated
  case expired
  case notYetValid
  /// The certificate is another host's.
  case otherHost
  /// The certificate vouches for itself.
  case selfSigned
  /// Signed by an authority that nobody here trusts.
  case unknownAuthority
  /// A key or a digest too weak to be trusted.
  case weak
  case revoked
  /// What answered speaks no TLS at all.
  case plain
  /// The server wants a certificate of the client, or takes none that it got.
  case wantsCertificate
  /// The server's name means nothing to the server: it has no certificate for it.
  case unknownName

  /// What is wrong, to be read after "no secure connection to HOST: ".
  public var text: String {
    switch self {
    case .outdated: "it supports only TLS 1.1 or older, which is not accepted"
    case .expired: "its certificate has expired"
    case .notYetValid: "its certificate is not valid yet"
    case .otherHost: "its certificate is for another host"
    case .selfSigned: "its certificate is self-signed and not trusted"
    case .unknownAuthority: "its certificate is signed by a CA that this machine does not trust"
    case .weak: "its certificate has a key or a signature too weak to be trusted"
    case .revoked: "its certificate was revoked"
    case .plain: "the server does not speak TLS"
    case .wantsCertificate:
      "it closed the connection, as servers do that require a client certificate, or a different one"
    case .unknownName: "it has no certificate for this name"
    }
  }

  /// From what libcurl and OpenSSL say.
  ///
  /// - Parameters:
  ///   - verification: OpenSSL's verdict on the certificate, `X509_V_ERR_…`; 0 where it had none to give.
  ///   - words: libcurl's message, which ends in OpenSSL's own.
  /// - Returns: nil where neither tells enough.
  init?(verification: Int, words: String) {
    // The numbers of openssl/x509_vfy.h, which its manual promises to keep.
    switch verification {
    case 9: self = .notYetValid
    case 10: self = .expired
    case 18, 19: self = .selfSigned
    case 2, 20, 21, 24, 27: self = .unknownAuthority
    case 23: self = .revoked
    case 62, 64: self = .otherHost
    case 66, 67, 68: self = .weak
    default:
      let words = words.lowercased()
      guard let found = Self.phrases.first(where: { words.contains($0.0) }) else { return nil }
      self = found.1
    }
  }

  /// libcurl checks names itself; the rest are OpenSSL's reasons and the alerts of RFC 8446.
  private static let phrases: [(String, TLSFault)] = [
    ("subject name matches target", .otherHost), ("does not match target", .otherHost),
    ("unable to obtain common name", .otherHost),
    ("unsupported protocol", .outdated), ("alert protocol version", .outdated), ("legacy sigalg disallowed", .outdated),
    ("no protocols available", .outdated),
    ("wrong version number", .plain), ("packet length too long", .plain), ("http request", .plain),
    // Alerts come from the server: what they say of a certificate is about the client's. Go says "bad" of one missing.
    ("certificate required", .wantsCertificate), ("alert handshake failure", .wantsCertificate),
    ("alert bad certificate", .wantsCertificate), ("alert certificate unknown", .wantsCertificate),
    ("alert certificate expired", .wantsCertificate), ("alert certificate revoked", .wantsCertificate),
    ("alert unsupported certificate", .wantsCertificate), ("alert unknown ca", .wantsCertificate),
    ("getpeername() failed", .wantsCertificate), ("unrecognized name", .unknownName),
    ("key too small", .weak), ("md too weak", .weak),
  ]
}
