import HTTP

extension TLSFault {
  /// What a person may do about a registry that has it.
  var advice: String {
    switch self {
    case .outdated: "enable TLS 1.2 or later on the server"
    case .expired: "renew it on the server; if it is valid, correct this machine's clock"
    case .notYetValid: "correct this machine's clock, or install the right certificate on the server"
    case .otherHost: "use the name that the certificate is for, or get a certificate for this host"
    case .selfSigned, .unknownAuthority:
      "if it is the right one, set its CA certificate as `caFile` under `registries` in the configuration, or put it into /etc/containers/certs.d/HOST"
    case .weak: "get one with a key of at least 2048 bits and SHA-256"
    case .revoked: "install a new one on the server, and do not trust anything copied from it since"
    case .plain: "a registry that speaks plain HTTP must be listed as insecure"
    case .wantsCertificate:
      "put your client certificate into /etc/containers/certs.d/HOST, or ~/.config/containers/certs.d/HOST, as client.cert and client.key"
    case .unknownName: "use the name that the registry is set up for"
    }
  }
}
