/// What a registry or its token server wants to see. No description shows the secret.
public enum RegistryCredential: Sendable, Hashable {
  case basic(username: String, password: String)
  /// A token to be exchanged for others at the registry's token server (OAuth 2 refresh token).
  case identityToken(String)

  /// Whether basic authentication can say a user's name: it ends at the first colon (RFC 7617, 2), and what is behind
  /// would go as part of the password.
  static func isUsable(username: String) -> Bool { !username.utf8.contains(UInt8(ascii: ":")) }
}

extension RegistryCredential: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  public var description: String {
    switch self {
    case .basic: "a user name and password"
    case .identityToken: "an identity token"
    }
  }

  public var debugDescription: String { description }

  public var customMirror: Mirror { Mirror(self, children: []) }
}
