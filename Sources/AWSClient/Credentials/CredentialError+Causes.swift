import HTTP

extension CredentialError {
  init(_ error: AWSSettingsError) {
    self.init(.invalid, error.description)
  }

  /// Nobody answered.
  init(_ error: HTTPError, _ sentence: String) {
    self.init(error.code == .cancelled ? .cancelled : .unavailable, sentence)
  }

  /// A service that hands out keys did not.
  ///
  /// - Parameter attempt: what was tried: `cannot take on the role …`.
  init(_ error: AWSError, _ attempt: String) {
    if error.kind == .cancelled {
      self = .cancelled
    } else if case .credentials(let cause) = error.kind {
      self = cause
    } else {
      self.init(error.isAboutExpiredCredentials ? .expired : .unavailable, "\(attempt): \(error)")
    }
  }
}
