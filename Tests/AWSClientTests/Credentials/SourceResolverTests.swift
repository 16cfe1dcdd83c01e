import FoundationEssentials
import Testing

@testable import AWSClient

/// Where credentials come from, decided without asking anybody.
@Suite struct SourceResolverTests {
  private func resolve(
    config: String = "", credentials: String = "", _ environment: [String: String] = [:], profile: String? = nil
  ) throws -> AWSCredentialSource {
    let fixture = try CredentialFixture(config: config, credentials: credentials)
    let settings = try AWSSettings(environment: fixture.environment(environment), profile: profile)
    return try SourceResolver(settings).resolve()
  }

  private static func keys(_ id: String, _ token: String? = nil) -> AWSCredentialSource {
    .keys(AWSCredentials(accessKeyID: id, secretAccessKey: "s", sessionToken: token))
  }

  private static func role(
    _ profile: String, _ arn: String, _ base: AWSCredentialSource, name: String = "ecrmirror", seconds: Int? = nil,
    external: String? = nil
  ) -> AWSCredentialSource {
    let session = RoleSession(profile: profile, roleARN: arn, name: name, seconds: seconds)
    return .role(AssumedRole(session: session, externalID: external), of: base)
  }

  private static let variables = ["AWS_ACCESS_KEY_ID": "E", "AWS_SECRET_ACCESS_KEY": "s"]
  private static let pod = ["AWS_WEB_IDENTITY_TOKEN_FILE": "/token", "AWS_ROLE_ARN": "arn:pod"]

  @Test(
    "The environment goes before the profile, unless the profile was given outright",
    arguments: [
      (variables, nil, keys("E")),
      (variables.merging(["AWS_SESSION_TOKEN": "t"]) { $1 }, nil, keys("E", "t")),
      (variables.merging(["AWS_SECURITY_TOKEN": "t"]) { $1 }, nil, keys("E", "t")),
      (variables.merging(["AWS_PROFILE": "p"]) { $1 }, nil, keys("E")),
      (variables, "p", keys("P")),
      (["AWS_PROFILE": "p"], nil, keys("P")),
      (["AWS_ACCESS_KEY_ID": ""], nil, keys("D")),
      (
        pod.merging(["AWS_PROFILE": "none"]) { $1 }, nil,
        .webIdentity(WebIdentity(session: RoleSession(profile: "none", roleARN: "arn:pod"), tokenFile: "/token"))
      ),
      (pod, "p", keys("P")),
    ] as [([String: String], String?, AWSCredentialSource)])
  func order(environment: [String: String], profile: String?, source: AWSCredentialSource) throws {
    let credentials = """
      [default]
      aws_access_key_id = D
      aws_secret_access_key = s
      [p]
      aws_access_key_id = P
      aws_secret_access_key = s
      """
    #expect(
      try resolve(config: "[profile none]\n", credentials: credentials, environment, profile: profile) == source)
  }

  private static let files = """
    [default]
    aws_access_key_id = D
    aws_secret_access_key = s
    aws_session_token = t

    [profile chain]
    role_arn = arn:3
    source_profile = middle
    role_session_name = me
    duration_seconds = 900
    external_id = x

    [profile middle]
    role_arn = arn:2
    source_profile = self

    [profile self]
    role_arn = arn:1
    source_profile = self
    aws_access_key_id = S
    aws_secret_access_key = s

    [profile environment]
    role_arn = arn:e
    credential_source = Environment

    [profile web]
    role_arn = arn:w
    web_identity_token_file = ~/token
    role_session_name = me

    [profile of-web]
    role_arn = arn:o
    source_profile = web

    [profile sso]
    sso_session = s
    sso_account_id = 1
    sso_role_name = r
    [sso-session s]
    sso_region = xx-south-1
    sso_start_url = https://sso

    [profile legacy]
    sso_region = xx-south-2
    sso_start_url = https://legacy
    sso_account_id = 2
    sso_role_name = r
    aws_access_key_id = unused
    aws_secret_access_key = s

    [profile process]
    credential_process = x

    [profile both]
    credential_process = x
    aws_access_key_id = B
    aws_secret_access_key = s
    """

  @Test(
    "A profile leads to its source",
    arguments: [
      ("default", [:], keys("D", "t")),
      (
        "chain", [:],
        role("chain", "arn:3", role("middle", "arn:2", keys("S")), name: "me", seconds: 900, external: "x")
      ),
      ("self", [:], role("self", "arn:1", keys("S"))),
      ("environment", variables, role("environment", "arn:e", keys("E"))),
      ("both", [:], keys("B")),
    ] as [(String, [String: String], AWSCredentialSource)])
  func profiles(profile: String, environment: [String: String], source: AWSCredentialSource) throws {
    #expect(try resolve(config: Self.files, environment, profile: profile) == source)
  }

  @Test func webIdentityIsReadFromTheProfileAndAsASource() throws {
    guard case .webIdentity(let identity) = try resolve(config: Self.files, profile: "web") else {
      Issue.record("no web identity")
      return
    }
    #expect(identity.session == RoleSession(profile: "web", roleARN: "arn:w", name: "me"))
    #expect(identity.tokenFile.hasPrefix("/") && identity.tokenFile.hasSuffix("/token"))
    guard case .role(let role, .webIdentity) = try resolve(config: Self.files, profile: "of-web") else {
      Issue.record("no role of a web identity")
      return
    }
    #expect(role.session.roleARN == "arn:o")
  }

  @Test(
    "A session of IAM Identity Center is found by its name, or by the start URL of the older form",
    arguments: [
      ("sso", "s", "https://sso", "xx-south-1", "/a0f1490a20d0211c997b44bc357e1972deab8ae3.json"),
      ("legacy", nil, "https://legacy", "xx-south-2", "/a394e5a9a02e7f855997560f15e55a59562087e6.json"),
    ] as [(String, String?, String, String, String)])
  func sso(profile: String, session: String?, url: String, region: String, file: String) throws {
    guard case .sso(let access) = try resolve(config: Self.files, profile: profile) else {
      Issue.record("no SSO")
      return
    }
    #expect(access.session == session && access.startURL == url && access.region == region && access.roleName == "r")
    #expect(access.tokenFile.hasSuffix(".aws/sso/cache" + file), "\(access.tokenFile)")
  }

  @Test(
    "What is configured and cannot be used is an error that says where and what to do",
    arguments: [
      ("[profile p]\nrole_arn = a", "line 2): role_arn requires a source_profile"),
      (
        "[profile p]\nrole_arn = a\nsource_profile = q\ncredential_source = Environment",
        "line 3): there are both source_p"
      ),
      ("[profile p]\nrole_arn = a\nsource_profile = q", "line 3): there is no profile 'q'"),
      (
        "[profile p]\nrole_arn = a\nsource_profile = q\n[profile q]\nregion = r", "line 3): the profile 'q' has no cred"
      ),
      ("[profile p]\nrole_arn = a\nsource_profile = p", "the profiles form a loop: p → p"),
      (
        "[profile p]\nrole_arn = a\nsource_profile = q\n[profile q]\nrole_arn = b\nsource_profile = p",
        "line 6): the profiles form a loop: p → q → p"
      ),
      ("[profile p]\nrole_arn = a\ncredential_source = Moon", "line 3): Moon: it must be Environment, EcsContainer or"),
      ("[profile p]\nrole_arn = a\ncredential_source = Environment", "line 3): Environment has no credentials here"),
      ("[profile p]\nrole_arn = a\ncredential_source = EcsContainer", "line 3): EcsContainer has no credentials here"),
      ("[profile p]\nrole_arn = a\ncredential_source = Ec2InstanceMetadata", "Ec2InstanceMetadata has no credentials"),
      (
        "[profile p]\nrole_arn = a\nsource_profile = p\nmfa_serial = d", "line 4): the role requires an MFA code"
      ),
      (
        "[profile p]\nrole_arn = a\nsource_profile = p\nduration_seconds = 1h", "line 4): it must be a whole number fro"
      ),
      (
        "[profile p]\nrole_arn = a\nsource_profile = p\nduration_seconds = 899", "line 4): it must be a whole number fr"
      ),
      ("[profile p]\nweb_identity_token_file = /t", "set AWS_ROLE_ARN, or role_arn in the profile"),
      ("[profile p]\nsso_account_id = 1\nsso_session = s", "line 3): there is no section [sso-session s]"),
      ("[profile p]\nsso_account_id = 1\nsso_region = r", "line 2): sso_start_url is missing"),
      (
        "[profile p]\nsso_account_id = 1\nsso_role_name = r\nsso_start_url = u\nsso_region = a/b",
        "not the name of a region"
      ),
      (
        "[profile p]\nsso_account_id = 1\nsso_session = s\nsso_region = r\n[sso-session s]\nsso_region = q",
        "line 4): sso_region is different in [sso-session s]"
      ),
      ("[profile p]\naws_access_key_id = hush", "a secret access key is missing"),
      ("[profile p]\naws_secret_access_key = hush", "an access key id is missing"),
      ("[profile p]\naws_access_key_id = hush\naws_secret_access_key = h\n  ush", "an invalid character"),
      (
        "[profile p]\ncredential_process = x 'hush",
        "line 2: credential_process of the profile 'p' is not a valid command"
      ),
      ("[profile p]\nlogin_session = l", "export-credentials --profile p`"),
    ])
  func mistakes(config: String, sentence: String) {
    let error = #expect(throws: AWSCredentialError.self) { try resolve(config: config, profile: "p") }
    #expect(error?.kind == .invalid)
    #expect(error?.description.contains(sentence) == true, "\(error?.description ?? "")")
    #expect(error?.description.contains("hush") == false)
  }

  @Test(
    "Variables that cannot be are errors",
    arguments: [
      (["AWS_ACCESS_KEY_ID": "A"], "AWS_SECRET_ACCESS_KEY is not"),
      (
        variables.merging(["AWS_CREDENTIAL_EXPIRATION": "soon"]) { $1 }, "AWS_CREDENTIAL_EXPIRATION must be an RFC 3339"
      ),
      (["AWS_CONTAINER_CREDENTIALS_RELATIVE_URI": "x"], "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI must be the path"),
      (["AWS_CONTAINER_CREDENTIALS_RELATIVE_URI": "/a b"], "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI must be the path"),
      (["AWS_EC2_METADATA_DISABLED": "maybe"], "AWS_EC2_METADATA_DISABLED must be true or false"),
    ] as [([String: String], String)])
  func badVariables(environment: [String: String], sentence: String) {
    let error = #expect(throws: AWSCredentialError.self) { try resolve(environment) }
    #expect(error?.kind == .invalid && error?.description.contains(sentence) == true, "\(error?.description ?? "")")
  }

  @Test func aChainOfManyProfilesEnds() throws {
    let profiles = (0..<1000).map { "[profile p\($0)]\nrole_arn = a\nsource_profile = p\($0 + 1)\n" }.joined()
    let error = #expect(throws: AWSCredentialError.self) { try resolve(config: profiles, profile: "p0") }
    #expect(error?.description.contains("too many profiles refer to each other") == true)
  }

  @Test(
    "A container's full address may be https, this machine, or one of AWS's own",
    arguments: [
      ("https://anywhere.example/x", true), ("http://127.0.0.1:80/x", true), ("http://127.1.2.3/x", true),
      ("http://localhost/x", true), ("http://[::1]/x", true), ("http://169.254.170.2/x", true),
      ("http://169.254.170.23/x", true), ("http://[fd00:ec2::23]/x", true), ("http://127.1/x", true),
      ("http://anywhere.example/x", false), ("http://127.0.0.1.evil.example/x", false), ("http://128.0.0.1/", false),
      ("http://169.254.170.24/x", false), ("http://user@127.0.0.1/x", false), ("ftp://127.0.0.1/x", false),
      ("http://0x7f.evil/x", false), ("no address", false),
    ])
  func containerAddresses(url: String, isAllowed: Bool) {
    let environment = Variables(["AWS_CONTAINER_CREDENTIALS_FULL_URI": url])
    do throws(AWSCredentialError) {
      #expect(try ContainerCredentials(environment) != nil && isAllowed)
    } catch {
      #expect(!isAllowed && error.description.contains("AWS_CONTAINER_CREDENTIALS_FULL_URI must be"), "\(error)")
    }
  }

  @Test func whereNothingIsConfiguredTheErrorSaysWhatWasTriedAndWhatToDo() throws {
    let error = #expect(throws: AWSCredentialError.self) { try resolve() }
    #expect(error?.kind == .notConfigured)
    for part in [
      "AWS_ACCESS_KEY_ID", ".aws/config and ", "AWS_CONTAINER", "AWS_EC2_METADATA_DISABLED", "aws sso login",
    ] {
      #expect(error?.description.contains(part) == true, "\(error?.description ?? "")")
    }
    let given = #expect(throws: AWSCredentialError.self) {
      try resolve(config: "[profile p]\n", Self.variables, profile: "p")
    }
    #expect(given?.description.contains("keys in the environment are ignored with --profile") == true)
  }

  @Test func secretsAreInNoDescriptionOfASource() throws {
    let keys = ["aws_access_key_id = A", "aws_secret_access_key = hush", "aws_session_token = hush"]
    let cases = [
      keys.joined(separator: "\n"), "credential_process = x --token hush",
      "role_arn = a\nsource_profile = default\n"
        + keys.joined(separator: "\n"),
    ]
    for text in cases {
      let source = try resolve(config: "[default]\n\(text)")
      var dumped = ""
      dump(source, to: &dumped)
      #expect(!"\(source) \(String(reflecting: source)) \(dumped)".contains("hush"))
    }
    let container = try resolve([
      "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI": "/hush", "AWS_CONTAINER_AUTHORIZATION_TOKEN": "hush",
    ])
    #expect(!"\(container) \(String(reflecting: container))".contains("hush"))
  }
}
