extension AWSSettings {
  /// Where credentials come from by these settings, for a person: `the profile 'ops', by IAM Identity Center`.
  ///
  /// - Throws: what is configured and cannot be used.
  public func credentialOrigin() throws(AWSCredentialError) -> String {
    let resolver = SourceResolver(self)
    let source = try resolver.resolve()
    let isEnvironment = !isProfileGiven && environment["AWS_ACCESS_KEY_ID"] != nil
    return isEnvironment ? "the environment" : source.words(profile)
  }
}

extension AWSCredentialSource {
  fileprivate func words(_ profile: String) -> String {
    switch self {
    case .keys: "the keys of the profile '\(profile)'"
    case .role(let role, _): "the role \(role.session.roleARN) of the profile '\(profile)'"
    case .webIdentity: "a web identity"
    case .sso: "the profile '\(profile)', by IAM Identity Center"
    case .process: "the credential_process of the profile '\(profile)'"
    case .container: "the container"
    case .instance: "the EC2 instance"
    }
  }
}
