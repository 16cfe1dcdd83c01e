import HTTP

extension TLSFault {
  /// What a person may do about a registry that has it.
  var advice: String {
    switch self {
    case .outdated: "have TLS 1.2 or later switched on there"
    case .expired: "have it renewed there; if it is valid, set this machine's clock"
    case .notYetValid: "set this machine's clock, or have the right certificate put in place there"
    case .otherHost: "use the name that the certificate is for, or have one made that names this host"
    case .selfSigned, .unknownAuthority:
      "if it is the right one, name its authority's certificate as `caFile` under `registries` in the configuration, or put it into /etc/containers/certs.d/HOST"
    case .weak: "have one made with a key of 2048 bits and SHA-256, or better"
    case .revoked: "have a new one put in place there, and trust nothing that was copied from it meanwhile"
    case .plain: "a registry that speaks plain HTTP must be listed as insecure"
    case .wantsCertificate:
      "put yours into /etc/containers/certs.d/HOST, or ~/.config/containers/certs.d/HOST, as client.cert and client.key"
    case .unknownName: "use the name that the registry is set up for"
    }
  }
}
