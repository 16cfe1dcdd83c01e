import HTTP
import LocalBackend
import MirrorCore
import OCIRegistry
import Support
import Testing

@testable import Installation

struct ConfigurationTests {
  private func read(_ yaml: String) throws -> Configuration { try Configuration(yaml: yaml, file: "config.yaml") }

  @Test(
    "Jobs make no repositories, or with the settings of creation templates and ECR",
    arguments: [("", nil), ("ecr: {createRepositories: false}", nil)] as [(String, RepositorySettings?)] + [
      ("ecr: {createRepositories: true}", RepositorySettings())
    ])
  func repositories(yaml: String, settings: RepositorySettings?) throws {
    #expect(try read(yaml).newRepositories == settings)
  }

  @Test("Every key is read")
  func everything() throws {
    let configuration = try read(
      """
      skopeo: /opt/skopeo
      registries:
        insecure: [r.example:5000]
        secure: ["127.0.0.1:5443"]
        caFile: /etc/ca.pem
        concurrency: 4
        http1: true
        timeout: 3s
        lookTimeout: 10s
        tagsTimeout: 4m
        sweepTimeout: 1h
        realms: ["http://auth.lan:5001", "Auth.lan"]
        limits: {Docker.io: {copies: 3, bytesPerSecond: 2 MiB}}
        ecr: {"127.0.0.1:4566": 123456789012.dkr.ecr.eu-central-1.amazonaws.com}
      ecr:
        createRepositories:
          imageTagMutability: IMMUTABLE_WITH_EXCLUSION
          imageTagMutabilityExclusionFilters: [latest, "dev-*"]
          scanOnPush: true
          encryptionType: KMS
          kmsKey: alias/images
          tags: {team: web}
      stacks:
        prod: {name: mirrors, region: eu-central-1, profile: ops}
        lab: {}
      worker:
        parallel: 5
        layers: 12
        attempts: 2
        timeout: 1h30m
        grace: 10s
        backoff: 10m
      """)
    #expect(configuration.skopeo == "/opt/skopeo")
    #expect(configuration.registries.usesPlainHTTP("r.example:5000"))
    #expect(!configuration.registries.usesPlainHTTP("127.0.0.1:5443"))
    #expect(configuration.registries.usesPlainHTTP("127.0.0.1:5000"))
    #expect(configuration.registries.caFile == "/etc/ca.pem")
    #expect(configuration.registries.maximumConcurrentRequests == 4)
    #expect(configuration.registries.forceHTTP1)
    #expect(configuration.registries.timeouts.idle == .seconds(3))
    #expect(
      configuration.registries.bounds
        == ConversationBounds(look: .seconds(10), tags: .seconds(240), sweep: .seconds(3600)))
    #expect(configuration.registries.realms == ["http://auth.lan:5001", "auth.lan", "auth.lan:443"])
    #expect(configuration.ecrAliases == ["127.0.0.1:4566": "123456789012.dkr.ecr.eu-central-1.amazonaws.com"])
    var made = RepositorySettings()
    made.imageTagMutability = "IMMUTABLE_WITH_EXCLUSION"
    made.imageTagMutabilityExclusionFilters = ["latest", "dev-*"]
    (made.scanOnPush, made.encryptionType, made.kmsKey) = (true, "KMS", "alias/images")
    made.tags = ["team": "web"]
    #expect(configuration.newRepositories == made)
    let prod = try #require(configuration.stacks["prod"])
    #expect((prod.name, prod.region, prod.profile) == ("mirrors", "eu-central-1", "ops"))
    #expect(configuration.stacks["lab"]?.name == "lab")
    #expect(configuration.worker.parallel == 5 && configuration.layers == 12)
    #expect(configuration.worker.limits.copies(at: "docker.io") == 3)
    #expect(configuration.worker.limits.registries["docker.io"]?.bytesPerSecond == 2 << 20)
    #expect(configuration.worker.timeout == .seconds(5400))
    #expect(configuration.worker.grace == .seconds(10))
    #expect(configuration.worker.retry.attempts == 2)
    #expect(configuration.worker.retry.backoff == Backoff(base: .seconds(600), limit: .seconds(600)))
  }

  @Test("An empty file changes nothing", arguments: ["", "\n# nothing\n", "registries:\nworker:\n"])
  func empty(yaml: String) throws {
    #expect(try read(yaml).worker.parallel == Configuration().worker.parallel)
  }

  @Test(
    "A mistake is named with its line",
    arguments: [
      ("colour: red", "line 1", "unknown key 'colour'"),
      ("worker:\n  paralel: 3", "line 2", "unknown key 'paralel'"),
      ("worker:\n  parallel: many", "line 2", "whole number from 1 to 64"),
      ("worker:\n  parallel: 0", "line 2", "1 to 64"),
      ("worker:\n  timeout: soon", "line 2", "a time from"),
      ("registries:\n  insecure: r.example", "line 2", "a list"),
      ("registries:\n  realms: [\"https://a.lan/x\"]", "line 2", "is not a realm"),
      ("registries:\n  realms: [\"a.lan/x\"]", "line 2", "is not a realm"),
      ("registries:\n  tagsTimeout: 0s", "line 2", "a time from"),
      ("registries:\n  http1: perhaps", "line 2", "true or false"),
      ("registries:\n  limits: {docker.io: {copies: 0}}", "line 2", "1 to 64"),
      ("registries:\n  limits: {docker.io: {bytesPerSecond: 100}}", "line 2", "bytes from 16 KiB to 1 TiB"),
      ("registries:\n  limits: {docker.io: {bytesPerSecond: fast}}", "line 2", "as in 20MiB"),
      ("registries:\n  limits: {docker.io: {copys: 2}}", "line 2", "unknown key 'copys'"),
      ("registries:\n  ecr: {proxy.lan: registry.lan}", "line 2", "name of an ECR registry"),
      ("stacks:\n  prod: {regoin: here}", "line 2", "unknown key 'regoin'; known keys: name, profile, region"),
      ("- a\n- b", "line 1", "keys and values"),
      ("skopeo: [", "config.yaml", "not YAML"),
      ("skopeo: {}", "line 1", "a string"),
    ])
  func mistakes(yaml: String, place: String, reason: String) {
    let error = #expect(throws: ConfigurationError.self) { try read(yaml) }
    #expect(error?.description.contains(place) == true, "\(error?.description ?? "")")
    #expect(error?.description.contains(reason) == true, "\(error?.description ?? "")")
  }

  @Test(
    "Files are where the XDG variables say",
    arguments: [
      (["HOME": "/h"], "/h/.config/ecrmirror/config.yaml", "/h/.local/share/ecrmirror"),
      (["HOME": "/h", "XDG_CONFIG_HOME": "/c", "XDG_DATA_HOME": "/d"], "/c/ecrmirror/config.yaml", "/d/ecrmirror"),
      (["HOME": "/h", "XDG_DATA_HOME": "relative"], "/h/.config/ecrmirror/config.yaml", "/h/.local/share/ecrmirror"),
      (["HOME": "/h", "ECRMIRROR_LOCAL": "/l", "ECRMIRROR_CONFIG": "/x.yaml"], "/x.yaml", "/l"),
      ([:], nil, nil),
    ] as [([String: String], String?, String?)])
  func locations(environment: [String: String], configuration: String?, data: String?) {
    let locations = Locations(environment: environment)
    #expect(locations.configuration == configuration)
    #expect(locations.data == data)
  }
}
