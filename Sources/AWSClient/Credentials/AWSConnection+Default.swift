public import HTTP

extension AWSConnection {
  /// AWS as the AWS CLI would reach it.
  ///
  /// - Parameters:
  ///   - environment: names files, profile, region, endpoints and keys.
  ///   - profile: `--profile`; goes before what the environment says, keys included.
  ///   - region: `--region`; goes before what environment and profile say.
  ///   - transport: without a retry layer; the clients themselves try again.
  public init(
    environment: [String: String], profile: String? = nil, region: String? = nil, transport: any HTTPTransport
  ) throws(AWSSettingsError) {
    let settings = try AWSSettings(environment: environment, profile: profile, region: region)
    let credentials = DefaultCredentials(
      environment: environment, profile: profile, region: region, transport: transport)
    self.init(
      endpoints: try settings.endpoints(), credentials: credentials, transport: transport, caFile: settings.caFile)
  }
}
