import Support

/// As whom requests to a registry are made, for a person.
public enum SignIn: Sendable, Equatable {
  case anonymous
  case user(String)
  case token
  /// Why the credentials could not be read.
  case failed(String)

  public var text: String {
    switch self {
    case .anonymous: "anonymous"
    case .user(let name): name
    case .token: "with a token"
    case .failed(let reason): "failed: \(reason)"
    }
  }
}

extension SignIn {
  public init(_ credential: RegistryCredential?) {
    self =
      switch credential {
      case nil: .anonymous
      case .basic(let username, _): .user(username.cleaned)
      case .identityToken: .token
      }
  }
}
