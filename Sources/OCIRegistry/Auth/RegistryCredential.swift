/// What a registry or its token server wants to see. No description shows the secret.
public enum RegistryCredential: Sendable, Hashable {
  case basic(username: String, password: String)
  /// A token to be exchanged for others at the registry's token server (OAuth 2 refresh token).
  case identityToken(String)
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
