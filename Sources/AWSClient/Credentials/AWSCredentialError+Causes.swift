import HTTP

extension AWSCredentialError {
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
      self.init(
        error.isAboutExpiredCredentials ? .expired : error.isAboutKey ? .invalid : .unavailable, "\(attempt): \(error)")
    }
  }
}

extension AWSError {
  /// The same, but where the service says that the key has ended: then it is the key that somebody must see to.
  func blaming(_ credentials: AWSCredentials) -> AWSError {
    guard isAboutExpiredCredentials else { return self }
    var copy = self
    copy.kind = .credentials(
      AWSCredentialError(
        .expired, "the AWS credentials in use (\(credentials)) have expired",
        advice: "get new credentials from the same source"))
    return copy
  }
}
