@testable import HTTP
@testable import OCIRegistry

extension FuzzTarget {
  /// `WWW-Authenticate`, and the token server that it names.
  static let challenges = FuzzTarget("challenges") { bytes throws(Broken) in
    let header = String(decoding: bytes, as: UTF8.self)
    let challenges = AuthChallenge.parse(header)
    try hold(challenges.count <= bytes.count, "\(challenges.count) challenges in \(bytes.count) bytes")
    for challenge in challenges {
      for name in [challenge.scheme] + challenge.parameters.keys {
        try hold(!name.isEmpty && name.utf8.allSatisfy(isTokenByte), "no token: \(name.debugDescription)")
        try hold(name == name.lowercased(), "not in lower case: \(name)")
      }
      try tokenServer(challenge)
    }
    let again = AuthChallenge.parse(challenges.map(\.header).joined(separator: ", "))
    try hold(again == challenges, "\(challenges) read back as \(again)")
  }

  private static func tokenServer(_ challenge: AuthChallenge) throws(Broken) {
    let rule = RealmRule(isPlain: false, isHere: false)
    guard let named = TokenServer(challenge), let server = try? named.judged(by: rule) else { return }
    try hold(server.realm.scheme == "https", "plain http: \(server.realm.text)")
    try hold(AddressScope(host: server.realm.host).isEmpty, "inside this machine: \(server.realm.text)")
    for credential in [nil, RegistryCredential.basic(username: "u", password: "p"), .identityToken("t")] {
      let request = server.request(scopes: ["repository:a/b:pull"], credential: credential)
      let url = HTTPURL(request.url)
      try hold(url?.authority == server.realm.authority, "\(request.url) is not at \(server.realm.authority)")
      try hold(request.headers.areSendable, "headers that cannot be sent")
    }
  }
}

extension AuthChallenge {
  /// As a server would send it.
  fileprivate var header: String {
    let quoted = parameters.sorted { $0.key < $1.key }.map { name, value in
      // By its scalars: a backslash may be one character with what stands behind it.
      "\(name)=\"\(value.unicodeScalars.map { $0 == "\\" || $0 == "\"" ? "\\\($0)" : "\($0)" }.joined())\""
    }
    return "\(scheme) \(quoted.joined(separator: ", "))"
  }
}
