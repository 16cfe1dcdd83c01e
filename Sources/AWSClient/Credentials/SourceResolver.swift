import FoundationEssentials
import Support

/// Decides where credentials come from: the environment, then the profile, then the container, then the instance.
struct SourceResolver {
  private let settings: AWSSettings
  private var environment: Variables { settings.environment }

  init(_ settings: AWSSettings) {
    self.settings = settings
  }

  /// - Throws: for what is configured and cannot be used; it is never passed over for the next place.
  func resolve() throws(AWSCredentialError) -> AWSCredentialSource {
    if !settings.isProfileGiven, let keys = try environmentKeys() { return .keys(keys) }
    let profiles = ProfileResolver(settings, named: { name throws(AWSCredentialError) in try source(named: name) })
    if let source = try profiles.resolve(settings.profile) { return source }
    if let container = try ContainerCredentials(environment) { return .container(container) }
    if let instance = try instance() { return .instance(instance) }
    throw nothing("AWS_EC2_METADATA_DISABLED turns the EC2 instance metadata service off")
  }

  /// What nothing was found in, and what to do.
  ///
  /// - Parameter last: why the instance gave none.
  func nothing(_ last: String) -> AWSCredentialError {
    let files = settings.files.paths.text
    let keys =
      settings.isProfileGiven
      ? "keys in the environment are ignored with --profile" : "AWS_ACCESS_KEY_ID is not set"
    let place =
      files.isEmpty ? "HOME is not set, so there is no profile" : "profile '\(settings.profile)' in \(files) has none"
    return AWSCredentialError(
      .notConfigured,
      "no AWS credentials: \(keys); \(place); AWS_CONTAINER_CREDENTIALS_RELATIVE_URI is not set; \(last)",
      advice: "run `aws configure` or `aws sso login`, or use another profile with --profile or AWS_PROFILE")
  }

  /// What `credential_source` may name; in any case, as in other programs.
  private func source(named name: String) throws(AWSCredentialError) -> AWSCredentialSource? {
    switch name.lowercased() {
    case "environment": return try environmentKeys().map { .keys($0) }
    case "ecscontainer": return try ContainerCredentials(environment).map { .container($0) }
    case "ec2instancemetadata": return try instance().map { .instance($0) }
    default:
      throw AWSCredentialError(.invalid, "it must be Environment, EcsContainer or Ec2InstanceMetadata")
    }
  }

  private func instance() throws(AWSCredentialError) -> InstanceMetadata? {
    do throws(AWSSettingsError) {
      return try InstanceMetadata(settings)
    } catch {
      throw AWSCredentialError(error)
    }
  }

  private func environmentKeys() throws(AWSCredentialError) -> AWSCredentials? {
    guard let id = environment["AWS_ACCESS_KEY_ID"] else { return nil }
    guard let secret = environment["AWS_SECRET_ACCESS_KEY"] else {
      throw AWSCredentialError(
        .invalid, "AWS_ACCESS_KEY_ID is set but AWS_SECRET_ACCESS_KEY is not: set both or neither")
    }
    let expires = environment["AWS_CREDENTIAL_EXPIRATION"].map { Date(rfc3339: $0) }
    if case .some(nil) = expires {
      throw AWSCredentialError(
        .invalid, "AWS_CREDENTIAL_EXPIRATION must be an RFC 3339 date, such as 2026-11-23T20:00:00Z")
    }
    return try AWSCredentials(
      id: id, secret: secret, token: environment["AWS_SESSION_TOKEN"] ?? environment["AWS_SECURITY_TOKEN"],
      expires: expires ?? nil, from: "the environment")
  }
}
