import AWSClient
import TestSupport
import Testing

@Suite struct AWSSettingsTests {
  let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
  }

  private func settings(
    config: String? = nil, credentials: String? = nil, _ environment: [String: String] = [:], profile: String? = nil,
    region: String? = nil
  ) throws -> AWSSettings {
    if let config { try folder.write(".aws/config", config) }
    if let credentials { try folder.write(".aws/credentials", credentials) }
    return try AWSSettings(
      environment: environment.merging(["HOME": folder.path]) { first, _ in first }, profile: profile, region: region)
  }

  @Test(
    "The region given goes before the environment's, which goes before the profile's",
    arguments: [
      ("xx-north-1", ["AWS_REGION": "xx-north-2", "AWS_DEFAULT_REGION": "xx-north-3"], "xx-north-1"),
      (nil, ["AWS_REGION": "xx-north-2", "AWS_DEFAULT_REGION": "xx-north-3"], "xx-north-2"),
      (nil, ["AWS_REGION": "", "AWS_DEFAULT_REGION": "xx-north-3"], "xx-north-3"),
      (nil, [:], "xx-north-4"),
      (nil, ["AWS_PROFILE": "other"], "xx-north-5"),
      (nil, ["AWS_PROFILE": "none"], nil),
    ] as [(String?, [String: String], String?)])
  func region(given: String?, environment: [String: String], region: String?) throws {
    let config = "[default]\nregion = xx-north-4\n[profile other]\nregion = xx-north-5\n[profile none]\nx = 1"
    #expect(try settings(config: config, environment, region: given).region == region)
  }

  @Test(
    "The profile given goes before the environment's",
    arguments: [
      ("a", ["AWS_PROFILE": "b"], "a"), (nil, ["AWS_PROFILE": "b", "AWS_DEFAULT_PROFILE": "a"], "b"),
      (nil, ["AWS_PROFILE": "", "AWS_DEFAULT_PROFILE": "a"], "a"), (nil, [:], "default"),
      ("two words", [:], "two words"), ("only credentials", [:], "only credentials"),
    ] as [(String?, [String: String], String)])
  func profile(given: String?, environment: [String: String], profile: String) throws {
    let config = "[profile a]\n[profile b]\n[profile \"two words\"]\n"
    let credentials = "[only credentials]\naws_access_key_id = A\n"
    #expect(try settings(config: config, credentials: credentials, environment, profile: given).profile == profile)
  }

  @Test func withoutFilesAndHomeThereIsNothingToRead() throws {
    let settings = try AWSSettings(environment: [:])
    #expect(settings.profile == "default" && settings.region == nil && settings.endpoint == nil)
    let error = #expect(throws: AWSSettingsError.self) { try AWSSettings(environment: ["AWS_PROFILE": "x"]) }
    #expect(error?.description.contains("HOME is not set") == true)
  }

  @Test func variablesNameTheFiles() throws {
    try folder.write("a", "[default]\nregion = from-config\nuse_fips_endpoint = true\n")
    try folder.write("b", "[default]\nregion = from-credentials\n")
    let settings = try settings([
      "AWS_CONFIG_FILE": "~/a", "AWS_SHARED_CREDENTIALS_FILE": "\(folder.path)/b",
    ])
    #expect(settings.region == "from-credentials")
    #expect(settings.usesFIPS)
  }

  @Test func aProfileCalledSoOutrightIsTheDefault() throws {
    #expect(try settings(config: "[profile default]\nregion = b-1\n[default]\nregion = a-1\n").region == "b-1")
  }

  @Test(
    "A variable for one service goes before the one for all, and that before the files",
    arguments: [
      ([:], "http://all.file", ["dynamodb": "http://one.file", "cloudwatch_logs": "http://logs.file"]),
      (
        ["AWS_ENDPOINT_URL_DYNAMODB": "http://one.variable"], "http://all.file",
        ["dynamodb": "http://one.variable", "cloudwatch_logs": "http://logs.file"]
      ),
      (["AWS_ENDPOINT_URL": "http://all.variable"], "http://all.variable", [:]),
      (
        ["AWS_ENDPOINT_URL": "http://all.variable", "AWS_ENDPOINT_URL_SECRETS_MANAGER": "http://s:1/x"],
        "http://all.variable", ["secrets_manager": "http://s:1/x"]
      ),
      (["AWS_ENDPOINT_URL": "http://all.variable", "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "true"], nil, [:]),
    ] as [([String: String], String?, [String: String])])
  func endpoints(environment: [String: String], all: String?, single: [String: String]) throws {
    let config = """
      [default]
      endpoint_url = http://all.file
      services = local
      [services local]
      dynamodb =
        endpoint_url = http://one.file
      cloudwatch_logs =
        endpoint_url = http://logs.file
      s3 =
        addressing_style = path
      """
    let settings = try settings(config: config, environment)
    #expect(settings.endpoint == all.map { $0 + "/" })
    #expect(settings.serviceEndpoints == single.mapValues { $0.hasSuffix("/x") ? $0 : $0 + "/" })
  }

  @Test func endpointsAreThoseOfTheRegionAndOverridden() throws {
    let config = "[default]\nuse_fips_endpoint = true\nservices = s\n[services s]\nsqs =\n endpoint_url = http://q:1\n"
    let settings = try settings(config: config)
    let endpoints = settings.endpoints(in: "xx-north-1")
    #expect(endpoints.url(of: .sqs) == "http://q:1")
    #expect(endpoints.url(of: .ecr).contains("fips.xx-north-1."))
    let error = #expect(throws: AWSSettingsError.self) { try settings.endpoints() }
    #expect(error?.description.contains("give --region, or set AWS_REGION") == true)
  }

  @Test(
    "Switches are read from variables, then from the profile",
    arguments: [
      ([:], true, false, "ca.pem"),
      (
        ["AWS_USE_FIPS_ENDPOINT": "FALSE", "AWS_USE_DUALSTACK_ENDPOINT": "True", "AWS_CA_BUNDLE": "/b"], false, true,
        "/b"
      ),
    ] as [([String: String], Bool, Bool, String)])
  func switches(environment: [String: String], fips: Bool, dualStack: Bool, caFile: String) throws {
    let config = "[default]\nuse_fips_endpoint = true\nuse_dualstack_endpoint = false\nca_bundle = ca.pem\n"
    let settings = try settings(config: config, environment)
    #expect(settings.usesFIPS == fips && settings.usesDualStack == dualStack && settings.caFile == caFile)
  }

  @Test(
    "A mistake says where it stands and what would be right",
    arguments: [
      ("", ["AWS_REGION": "evil.example/"], "AWS_REGION must be the name of a region"),
      ("[default]\nregion = a b", [:], "config, line 2: region must be the name of a region"),
      ("[default]\nuse_fips_endpoint = 1", [:], "config, line 2: use_fips_endpoint must be true or false"),
      ("", ["AWS_USE_DUALSTACK_ENDPOINT": "yes"], "AWS_USE_DUALSTACK_ENDPOINT must be true or false"),
      ("", ["AWS_ENDPOINT_URL": "localhost:1"], "AWS_ENDPOINT_URL must be an http or https URL"),
      ("", ["AWS_ENDPOINT_URL_SQS": "ftp://x"], "AWS_ENDPOINT_URL_SQS must be an http or https URL"),
      ("[default]\nservices = x", [:], "config, line 2: services: there is no section [services x]"),
      (
        "[default]\nservices = x\n[services x]\nsqs =\n  endpoint_url = y", [:],
        "config, line 5: endpoint_url must be an http or https URL"
      ),
      ("[profile x]\n[profile \"x\"]", [:], "is there twice"),
      ("", ["AWS_PROFILE": "x"], "there is no AWS profile 'x' in"),
    ] as [(String, [String: String], String)])
  func mistakes(config: String, environment: [String: String], sentence: String) {
    let error = #expect(throws: AWSSettingsError.self) { try settings(config: config, environment) }
    #expect(error?.description.contains(sentence) == true, "\(error?.description ?? "")")
  }

  @Test func aFileThatIsNoFileOrTooLargeIsAMistake() throws {
    for path in ["/dev/zero", folder.path, try folder.write("big", String(repeating: "#\n", count: 600_000))] {
      #expect(throws: AWSSettingsError.self, "\(path)") { try settings(["AWS_CONFIG_FILE": path]) }
    }
  }

  @Test func secretsAreInNoDescription() throws {
    let settings = try settings(
      config: "[default]\naws_secret_access_key = hush\n", ["AWS_SECRET_ACCESS_KEY": "hush"])
    var dumped = ""
    dump(settings, to: &dumped)
    #expect(!"\(settings) \(String(reflecting: settings)) \(dumped)".contains("hush"))
  }
}
