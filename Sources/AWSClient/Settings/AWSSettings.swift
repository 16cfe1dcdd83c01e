import Support

/// What the environment and the AWS CLI's files say about how to reach AWS, for one profile. As of when it was read.
public struct AWSSettings: Sendable, Equatable {
  /// The profile's name: as given, or else `AWS_PROFILE`, `AWS_DEFAULT_PROFILE` or `default`.
  public let profile: String
  /// As given, or else `AWS_REGION`, `AWS_DEFAULT_REGION` or the profile's `region`.
  public let region: String?
  /// `AWS_USE_FIPS_ENDPOINT` or the profile's `use_fips_endpoint`.
  public let usesFIPS: Bool
  /// `AWS_USE_DUALSTACK_ENDPOINT` or the profile's `use_dualstack_endpoint`.
  public let usesDualStack: Bool
  /// A PEM file: `AWS_CA_BUNDLE` or the profile's `ca_bundle`.
  public let caFile: String?
  /// The URL of every service: `AWS_ENDPOINT_URL` or the profile's `endpoint_url`.
  public let endpoint: String?
  /// URLs of single services, by what follows `AWS_ENDPOINT_URL_` in lower case (`cloudwatch_logs`); they go before
  /// `endpoint`.
  public let serviceEndpoints: [String: String]
  /// Whether the profile was given by whoever started the program: then keys in the environment do not count.
  let isProfileGiven: Bool
  let environment: Variables
  let files: SharedFiles

  /// Reads the files.
  ///
  /// - Parameters:
  ///   - environment: names the files (`AWS_CONFIG_FILE`, `AWS_SHARED_CREDENTIALS_FILE`, `HOME`) and goes before them.
  ///   - profile: goes before what the environment says, as does `region`.
  /// - Throws: for files that cannot be read, a profile that was chosen and is not in them, and values that cannot be.
  public init(
    environment: [String: String], profile: String? = nil, region: String? = nil
  ) throws(AWSSettingsError) {
    let variables = Variables(environment)
    try self.init(variables, SharedFiles(SharedFiles.Paths(variables)), profile: profile, region: region)
  }

  private init(
    _ environment: Variables, _ files: SharedFiles, profile given: String?, region: String?
  ) throws(AWSSettingsError) {
    let chosen = given ?? environment["AWS_PROFILE"] ?? environment["AWS_DEFAULT_PROFILE"]
    profile = chosen ?? "default"
    isProfileGiven = given != nil
    self.environment = environment
    self.files = files
    if let chosen, files.profiles[chosen] == nil {
      let place = files.paths.text.isEmpty ? "anywhere, as HOME is not set" : "in \(files.paths.text)"
      throw AWSSettingsError(
        "there is no AWS profile '\(chosen)' \(place); `aws configure list-profiles` lists the profiles")
    }
    let reader = SettingReader(environment, files.profiles[profile])
    self.region = try reader.region(given: region)
    usesFIPS = try reader.flag("AWS_USE_FIPS_ENDPOINT", "use_fips_endpoint")
    usesDualStack = try reader.flag("AWS_USE_DUALSTACK_ENDPOINT", "use_dualstack_endpoint")
    caFile = reader.value("AWS_CA_BUNDLE", "ca_bundle").map { environment.expandingHome($0.text) }
    (endpoint, serviceEndpoints) = try reader.endpoints(files.services)
  }

  var reader: SettingReader { SettingReader(environment, files.profiles[profile]) }
}
