import Support

/// Decides where the credentials of a profile come from.
struct ProfileResolver {
  private let settings: AWSSettings
  /// What a `credential_source` names; nil where there is nothing.
  private let named: (String) throws(AWSCredentialError) -> AWSCredentialSource?

  /// More roles in a row than this are a mistake.
  private static let chainLimit = 16

  init(_ settings: AWSSettings, named: @escaping (String) throws(AWSCredentialError) -> AWSCredentialSource?) {
    self.settings = settings
    self.named = named
  }

  /// - Returns: nil where the profile says nothing of credentials.
  func resolve(_ name: String) throws(AWSCredentialError) -> AWSCredentialSource? {
    let profile = profile(name)
    if let source = try role(profile, []) { return source }
    return try source(of: profile, isChosen: true)
  }

  /// Whatever a profile may name besides a role. The environment adds to a web identity of the chosen one only.
  private func source(of profile: Profile, isChosen: Bool) throws(AWSCredentialError) -> AWSCredentialSource? {
    if let identity = try webIdentity(profile, isChosen && !settings.isProfileGiven) { return .webIdentity(identity) }
    if let access = try sso(profile) { return .sso(access) }
    if let keys = try keys(profile) { return .keys(keys) }
    if let process = profile["credential_process"] {
      return .process(try CredentialProcess(process, profile: profile.name))
    }
    if let login = profile["login_session"] {
      throw profile.mistake(
        login,
        "sessions of `aws login` cannot be used; put `credential_process = aws configure export-credentials --profile "
          + "\(ShellWords.quote(profile.name))` into another profile, and use that one")
    }
    return nil
  }

  // MARK: Roles

  /// - Parameter above: the profiles that led here.
  private func role(_ profile: Profile, _ above: [String]) throws(AWSCredentialError) -> AWSCredentialSource? {
    guard let arn = profile["role_arn"], profile["web_identity_token_file"] == nil else { return nil }
    if let device = profile["mfa_serial"] {
      throw profile.mistake(
        device,
        "the role requires an MFA code, which cannot be entered here; "
          + "run `eval \"$(aws configure export-credentials --profile \(ShellWords.quote(profile.name)) --format env)\"` "
          + "first, which asks for it, and start without --profile and AWS_PROFILE")
    }
    let session = try session(profile, arn)
    let role = AssumedRole(session: session, externalID: profile["external_id"]?.value)
    switch (profile["source_profile"], profile["credential_source"]) {
    case (let source?, nil): return .role(role, of: try base(profile, source, above + [profile.name]))
    case (nil, let source?):
      let base: AWSCredentialSource?
      do throws(AWSCredentialError) {
        base = try named(source.value)
      } catch {
        throw profile.mistake(source, "\(source.value): \(error)")
      }
      guard let base else { throw profile.mistake(source, "\(source.value) has no credentials here") }
      return .role(role, of: base)
    case (nil, nil):
      throw profile.mistake(arn, "role_arn requires a source_profile or a credential_source")
    case (let source?, _?):
      throw profile.mistake(source, "there are both source_profile and credential_source; keep one of them")
    }
  }

  /// The credentials that a `source_profile` means.
  private func base(
    _ profile: Profile, _ property: INIFile.Property, _ chain: [String]
  ) throws(AWSCredentialError) -> AWSCredentialSource {
    let name = property.value
    guard let section = settings.files.profiles[name] else {
      throw profile.mistake(property, "there is no profile '\(name)'")
    }
    let base = Profile(name: name, section: section)
    // A profile may hold both a role and the keys that take it on.
    if base.hasKeys || base["role_arn"] == nil || base["web_identity_token_file"] != nil {
      guard let source = try source(of: base, isChosen: false) else {
        throw profile.mistake(property, "the profile '\(name)' has no credentials")
      }
      return source
    }
    guard !chain.contains(name), chain.count < Self.chainLimit else {
      let what = chain.contains(name) ? "the profiles form a loop" : "too many profiles refer to each other"
      throw profile.mistake(property, "\(what): \((chain + [name]).joined(separator: " → "))")
    }
    guard let source = try role(base, chain) else { throw profile.mistake(property, "it has no credentials") }
    return source
  }

  private func session(_ profile: Profile, _ arn: INIFile.Property) throws(AWSCredentialError) -> RoleSession {
    var session = RoleSession(profile: profile.name, roleARN: arn.value)
    if let name = profile["role_session_name"] { session.name = name.value }
    if let duration = profile["duration_seconds"] {
      guard let seconds = Int(duration.value), (900...43200).contains(seconds) else {
        throw profile.mistake(duration, "it must be a whole number from 900 to 43200")
      }
      session.seconds = seconds
    }
    return session
  }

  // MARK: Others

  private func webIdentity(
    _ profile: Profile, _ takesEnvironment: Bool
  ) throws(AWSCredentialError) -> WebIdentity? {
    func value(_ variable: String, _ property: String) -> String? {
      (takesEnvironment ? settings.environment[variable] : nil) ?? profile[property]?.value
    }
    guard let file = value("AWS_WEB_IDENTITY_TOKEN_FILE", "web_identity_token_file") else { return nil }
    guard let arn = value("AWS_ROLE_ARN", "role_arn") else {
      throw AWSCredentialError(
        .invalid,
        "there is a web identity token file (\(file)) but no role: set AWS_ROLE_ARN, or role_arn in the profile")
    }
    var session = RoleSession(profile: profile.name, roleARN: arn)
    session.name = value("AWS_ROLE_SESSION_NAME", "role_session_name") ?? session.name
    return WebIdentity(session: session, tokenFile: settings.environment.expandingHome(file))
  }

  private func sso(_ profile: Profile) throws(AWSCredentialError) -> SSOAccess? {
    guard let any = profile["sso_account_id"] ?? profile["sso_role_name"] else { return nil }
    let session = profile["sso_session"]
    var properties = profile.section
    if let session {
      guard let section = settings.files.ssoSessions[session.value] else {
        throw profile.mistake(session, "there is no section [sso-session \(session.value)]")
      }
      for (name, property) in section.properties {
        if let own = profile[name], own.value != property.value {
          throw profile.mistake(own, "\(name) is different in [sso-session \(session.value)]; keep one of them")
        }
        properties.properties[name] = property
      }
    }
    let merged = Profile(name: profile.name, section: properties)
    func need(_ name: String) throws(AWSCredentialError) -> String {
      guard let value = merged[name]?.value else {
        throw profile.mistake(any, "\(name) is missing; `aws configure sso` sets everything needed")
      }
      return value
    }
    guard let home = settings.environment["HOME"] else {
      throw AWSCredentialError(.invalid, "HOME is not set, and the SSO session's token is stored below it")
    }
    let region = try need("sso_region")
    guard SettingReader.isRegion(region) else { throw profile.mistake(any, "sso_region is not the name of a region") }
    return SSOAccess(
      profile: profile.name, startURL: try need("sso_start_url"), region: region,
      accountID: try need("sso_account_id"), roleName: try need("sso_role_name"), session: session?.value,
      cacheFolder: "\(home)/.aws/sso/cache")
  }

  private func keys(_ profile: Profile) throws(AWSCredentialError) -> AWSCredentials? {
    guard profile.hasKeys else { return nil }
    let token = profile["aws_session_token"] ?? profile["aws_security_token"]
    return try AWSCredentials(
      id: profile["aws_access_key_id"]?.value, secret: profile["aws_secret_access_key"]?.value, token: token?.value,
      expires: nil, from: "the profile '\(profile.name)' (\(profile.section.location))")
  }

  private func profile(_ name: String) -> Profile {
    Profile(name: name, section: settings.files.profiles[name] ?? INIFile.Section(location: ""))
  }
}

/// A profile and its name.
private struct Profile {
  var name: String
  var section: INIFile.Section

  /// What a property says; an empty one says nothing.
  subscript(property: String) -> INIFile.Property? {
    section.properties[property].flatMap { $0.value.isEmpty ? nil : $0 }
  }

  var hasKeys: Bool { self["aws_access_key_id"] != nil || self["aws_secret_access_key"] != nil }

  func mistake(_ property: INIFile.Property, _ reason: String) -> AWSCredentialError {
    AWSCredentialError(.invalid, "the profile '\(name)' (\(property.location)): \(reason)")
  }
}
