import FoundationEssentials
import Support

/// One auth file as `skopeo login` and `docker login` write it.
struct AuthFile: Sendable {
  /// By key: a registry, or a namespace on one.
  private let entries: [String: Entry]
  private let helpers: [String: String]
  private let store: String?
  /// Whether it says anything about sign-ins at all, if only that there are none.
  let hasSignIns: Bool

  /// What the file says about a repository.
  enum Finding: Sendable, Equatable {
    case credential(RegistryCredential)
    /// A program to ask: `docker-credential-NAME`.
    case helper(String)
  }

  fileprivate struct Entry: Sendable, Decodable {
    var auth: String?
    var username: String?
    var password: String?
    var identitytoken: String?
  }

  private struct Document: Decodable {
    var auths: [String: Entry]?
    var credHelpers: [String: String]?
    var credsStore: String?
  }

  init(json: [UInt8]) throws {
    let document = try JSONDecoder().decode(Document.self, from: Data(json))
    // Where two keys mean the same, the one as `skopeo` writes it counts.
    let sorted = (document.auths ?? [:]).sorted { $0.key < $1.key }
    entries = Dictionary(sorted.map { (Self.normalised($0.key), $0) }) { $0.key.contains("://") ? $1 : $0 }
      .mapValues(\.value)
    helpers = Dictionary((document.credHelpers ?? [:]).map { (Self.normalised($0.key), $0.value) }) { first, _ in first
    }
    store = document.credsStore.flatMap { $0.isEmpty ? nil : $0 }
    hasSignIns = document.auths != nil || document.credHelpers != nil || document.credsStore != nil
  }

  /// What to show for a repository: a helper of its registry, else the entry with the longest key that fits, else the
  /// file's store for all registries.
  ///
  /// - Throws: where the entry that counts cannot be read.
  func find(_ registry: String, _ repository: String) throws(AuthFileFault) -> Finding? {
    if let helper = helpers[registry] { return .helper(helper) }
    var key = "\(registry)/\(repository)"
    while true {
      if let entry = entries[key], let credential = try entry.credential(key) { return .credential(credential) }
      guard let slash = key.lastIndex(of: "/") else { break }
      key = String(key[..<slash])
    }
    return store.map { .helper($0) }
  }

  /// Whether there is a secret in the file itself.
  var holdsSecrets: Bool { entries.values.contains(where: \.holdsSecret) }

  /// The programs that it names.
  var helperPrograms: Set<String> {
    Set((Array(helpers.values) + [store].compactMap(\.self)).map(CredentialHelper.program))
  }

  /// Docker writes `https://index.docker.io/v1/`, and others follow: the scheme goes, and with it the path. Without a
  /// scheme a path is a namespace, but for the version that some write behind Docker Hub's name.
  private static func normalised(_ key: String) -> String {
    for scheme in ["https://", "http://"] where key.lowercased().hasPrefix(scheme) {
      return RegistryHost.normalised(String(key.dropFirst(scheme.count).prefix { $0 != "/" }))
    }
    let host = key.prefix { $0 != "/" }
    let registry = RegistryHost.normalised(String(host))
    let path = key.dropFirst(host.count)
    return registry == RegistryHost.dockerHub && ["/v1/", "/v1", "/v2/", "/v2"].contains(path)
      ? registry : registry + path
  }
}

/// What is wrong with an entry of an auth file.
struct AuthFileFault: Error {
  var reason: String
}

extension AuthFile.Entry {
  fileprivate var holdsSecret: Bool { [auth, password, identitytoken].contains { $0?.isEmpty == false } }

  /// The credential of this entry; nil where it is a mere mark that a helper knows the secret.
  fileprivate func credential(_ key: String) throws(AuthFileFault) -> RegistryCredential? {
    if let identitytoken, !identitytoken.isEmpty { return .identityToken(identitytoken) }
    if let auth, !auth.isEmpty {
      // A long one is wrapped by some; Go's decoder, and so skopeo, reads over the ends of its lines.
      guard let data = Data(base64Encoded: auth.filter { !$0.isNewline }),
        let colon = data.firstIndex(of: UInt8(ascii: ":"))
      else {
        throw AuthFileFault(reason: "its entry for \(key) is not Base64 of USER:PASSWORD")
      }
      let username = String(decoding: data[..<colon], as: UTF8.self)
      // Some versions of Docker pad with NUL.
      let password = String(decoding: data[(colon + 1)...].filter { $0 != 0 }, as: UTF8.self)
      return .basic(username: username, password: password)
    }
    guard let username, let password, !username.isEmpty else { return nil }
    guard RegistryCredential.isUsable(username: username) else {
      throw AuthFileFault(reason: "its entry for \(key) has a user name with a colon, which sign-in does not allow")
    }
    return .basic(username: username, password: password)
  }
}

extension ContainersAuth {
  /// An auth file with just these credentials, for a child process.
  ///
  /// - Parameter credentials: By registry or namespace: `docker.io`, `ghcr.io/some/place`.
  public static func authFileJSON(for credentials: [String: RegistryCredential]) -> [UInt8] {
    let auths = credentials.mapValues { credential -> [String: String] in
      switch credential {
      case .basic(let username, let password):
        ["auth": Data("\(username):\(password)".utf8).base64EncodedString()]
      case .identityToken(let token):
        // Entries without a name and a colon are skipped by skopeo, whatever else they hold.
        ["auth": Data("<token>:".utf8).base64EncodedString(), "identitytoken": token]
      }
    }
    // Strings by strings always encode.
    return ((try? JSONEncoder().encode(["auths": auths])).map { Array($0) }) ?? Array(#"{"auths":{}}"#.utf8)
  }
}
