import AWSClient
import Foundation
import OCIRegistry
import Support
import TestSupport
import Testing

@testable import AWSBackend

@Suite(.timeLimit(.minutes(5)))
struct ECRRepositoriesTests {
  private static let registry = "123456789012.dkr.ecr.eu-central-1.amazonaws.com"
  private static let target = "AmazonEC2ContainerRegistry_V20150921."

  private func reference(_ name: String) throws -> ImageReference { try ImageReference("\(Self.registry)/\(name)") }

  private struct Names: Decodable {
    var registryId: String?
    var repositoryNames: [String]?
  }

  /// A registry with these repositories, all immutable but for `dev-*`; those that are missing fail the call.
  private func server(_ known: Set<String>, refusing code: String? = nil) throws -> LoopbackServer {
    try LoopbackServer { request in
      if let code { return .answer(400, [], #"{"__type":"\#(code)","message":"no"}"#) }
      let names = (try? JSONDecoder().decode(Names.self, from: Data(request.body)))?.repositoryNames ?? []
      if let missing = names.first(where: { !known.contains($0) }) {
        let message = "The repository with name '\(missing)' does not exist in the registry with id '123456789012'"
        return .answer(400, [], #"{"__type":"RepositoryNotFoundException","message":"\#(message)"}"#)
      }
      let found = names.map {
        #"{"repositoryName":"\#($0)","imageTagMutability":"IMMUTABLE_WITH_EXCLUSION","imageTagMutabilityExclusionFilters":[{"filterType":"WILDCARD","filter":"dev-*"}]}"#
      }
      return .answer(200, [], #"{"repositories":[\#(found.joined(separator: ","))]}"#)
    }
  }

  private func asked(_ server: LoopbackServer) throws -> [[String]] {
    try server.requests.map { try JSONDecoder().decode(Names.self, from: Data($0.body)).repositoryNames ?? [] }
  }

  @Test("One call tells of all that is expected, and is not made again") func batched() async throws {
    let names = (1...120).map { "team/app\($0)" }
    let server = try server(Set(names))
    let repositories = ECRRepositories(server.connection())
    repositories.expect(try names.map(reference))
    let wanted = TagMutability(.immutableWithExclusion, except: ["dev-*"])
    #expect(await repositories.standing(of: try reference("team/app7")) == .there(wanted))
    let first = try #require(try asked(server).first)
    #expect(first.count == 100 && first.first == "team/app7")
    for name in first.prefix(20) { #expect(await repositories.standing(of: try reference(name)) == .there(wanted)) }
    #expect(server.requests.count == 1)
    #expect(server.requests.allSatisfy { $0.operation == Self.target + "DescribeRepositories" })
  }

  @Test("One that is missing is told from those that are there") func missing() async throws {
    let server = try server(["team/there"])
    let repositories = ECRRepositories(server.connection())
    repositories.expect([try reference("team/there")])
    #expect(await repositories.standing(of: try reference("team/gone")) == .missing)
    let rule = TagMutability(.immutableWithExclusion, except: ["dev-*"])
    #expect(await repositories.standing(of: try reference("team/there")) == .there(rule))
    #expect(try asked(server) == [["team/gone", "team/there"], ["team/there"]])
  }

  @Test("Where the answer does not name the one that is missing, they are asked about one by one")
  func unnamed() async throws {
    let server = try LoopbackServer { request in
      let names = (try? JSONDecoder().decode(Names.self, from: Data(request.body)))?.repositoryNames ?? []
      if names.contains("team/gone") {
        return .answer(400, [], #"{"__type":"RepositoryNotFoundException","message":"one is missing"}"#)
      }
      let found = names.map { #"{"repositoryName":"\#($0)","imageTagMutability":"IMMUTABLE"}"# }
      return .answer(200, [], #"{"repositories":[\#(found.joined(separator: ","))]}"#)
    }
    let repositories = ECRRepositories(server.connection())
    repositories.expect([try reference("team/gone")])
    #expect(await repositories.standing(of: try reference("team/there")) == .there(TagMutability(.immutable)))
    #expect(await repositories.standing(of: try reference("team/gone")) == .missing)
    #expect(try asked(server) == [["team/there", "team/gone"], ["team/there"], ["team/gone"]])
  }

  @Test("Many that wait for missing ones are all told") func firstFill() async throws {
    let server = try server([])
    let repositories = ECRRepositories(server.connection())
    let names = try (1...30).map { try reference("team/gone\($0)") }
    let found = try await concurrently(names, width: 30) { await repositories.standing(of: $0) }
    #expect(found.count == 30 && found.allSatisfy { $0 == .missing })
    #expect(server.requests.count <= 36)
  }

  @Test("Where many are missing, only those are asked about that somebody waits for") func patience() async throws {
    let server = try server(["team/there"])
    let repositories = ECRRepositories(server.connection())
    repositories.expect(try (1...50).map { try reference("team/gone\($0)") })
    _ = await repositories.standing(of: try reference("team/there"))
    #expect(server.requests.count == 4)
    #expect(try asked(server).last == ["team/there"])
  }

  @Test(
    "A registry that does not tell is not asked again", arguments: ["AccessDeniedException", "ValidationException"])
  func silent(code: String) async throws {
    let server = try server([], refusing: code)
    let repositories = ECRRepositories(server.connection())
    for name in ["team/a", "team/b"] { #expect(await repositories.standing(of: try reference(name)) == nil) }
    #expect(server.requests.count == 1)
  }

  @Test("What is no private ECR is not asked about") func others() async throws {
    let server = try server([])
    let repositories = ECRRepositories(server.connection(), aliases: ["127.0.0.1:5000": Self.registry])
    #expect(repositories.keeps(Self.registry) && repositories.keeps("127.0.0.1:5000"))
    #expect(!repositories.keeps("quay.io") && repositories.keeps("public.ecr.aws"))
    #expect(!ECRRepositories(server.connection().inRegion("cn-north-1")).keeps("public.ecr.aws"))
    #expect(await repositories.standing(of: try ImageReference("public.ecr.aws/team/app")) == nil)
    #expect(await repositories.standing(of: try ImageReference("quay.io/team/app")) == nil)
    #expect(server.requests.isEmpty)
  }

  // MARK: - Making them

  /// Answers by operation; an operation without an answer is an error that names it.
  private func server(answering answers: [String: (Int, String)]) throws -> LoopbackServer {
    try LoopbackServer { request in
      let operation = request.operation.split(separator: ".").last.map(String.init) ?? ""
      guard let (status, body) = answers[operation] else {
        return .answer(400, [], #"{"__type":"UnknownOperationException","message":"\#(operation)"}"#)
      }
      return .answer(status, [], body)
    }
  }

  private func operations(_ server: LoopbackServer) -> [String] {
    server.requests.map { String($0.operation.split(separator: ".").last ?? "") }
  }

  private static let template = """
    {"registryId":"123456789012","repositoryCreationTemplates":[
     {"prefix":"ROOT","appliedFor":["REPLICATION"],"imageTagMutability":"IMMUTABLE"},
     {"prefix":"push/","appliedFor":["CREATE_ON_PUSH"]},
     {"prefix":"push/not","appliedFor":["PULL_THROUGH_CACHE"],"resourceTags":[{"Key":"a","Value":"b"}]},
     {"prefix":"policy","appliedFor":[],"repositoryPolicy":"{}"}]}
    """

  @Test("It is made with the settings, and gets its lifecycle policy") func settings() async throws {
    let server = try server(answering: ["CreateRepository": (200, "{}"), "PutLifecyclePolicy": (200, "{}")])
    var settings = RepositorySettings()
    settings.imageTagMutability = "IMMUTABLE_WITH_EXCLUSION"
    settings.imageTagMutabilityExclusionFilters = ["latest"]
    (settings.scanOnPush, settings.encryptionType, settings.kmsKey) = (true, "KMS", "alias/a")
    (settings.tags, settings.lifecyclePolicyText) = (["b": "2", "a": "1"], #"{"rules":[]}"#)
    #expect(try await ECRRepositories(server.connection()).make(try reference("team/app"), with: settings) == .made)
    #expect(operations(server) == ["CreateRepository", "PutLifecyclePolicy"])
    let sent = try JSONDecoder().decode(JSONValue.self, from: Data(server.requests[0].body))
    let wanted = """
      {"registryId":"123456789012","repositoryName":"team/app","imageTagMutability":"IMMUTABLE_WITH_EXCLUSION",
       "imageTagMutabilityExclusionFilters":[{"filterType":"WILDCARD","filter":"latest"}],
       "imageScanningConfiguration":{"scanOnPush":true},
       "encryptionConfiguration":{"encryptionType":"KMS","kmsKey":"alias/a"},
       "tags":[{"Key":"a","Value":"1"},{"Key":"b","Value":"2"}]}
      """
    #expect(sent == (try JSONDecoder().decode(JSONValue.self, from: Data(wanted.utf8))))
  }

  @Test(
    "Without settings a creation template says what it has, or that the push makes it",
    arguments: [
      ("push/app", RepositoryMaking.leftToPush(template: "push"), nil), ("push/not/app", .made, #""Key":"a""#),
      ("other/app", .made, "IMMUTABLE"), ("pushed/app", .made, "IMMUTABLE"),
    ] as [(String, RepositoryMaking, String?)])
  func templates(name: String, making: RepositoryMaking, sent: String?) async throws {
    let server = try server(answering: [
      "CreateRepository": (200, "{}"), "DescribeRepositoryCreationTemplates": (200, Self.template),
    ])
    let made = try await ECRRepositories(server.connection()).make(try reference(name), with: RepositorySettings())
    #expect(made == making)
    #expect(operations(server).contains("CreateRepository") == (sent != nil))
    if let sent { #expect(server.requests.last?.text.contains(sent) == true) }
  }

  @Test("Templates of this account say nothing of another's repositories") func otherAccount() async throws {
    let server = try server(answering: [
      "CreateRepository": (200, "{}"), "DescribeRepositoryCreationTemplates": (200, Self.template),
    ])
    let other = try ImageReference("210987654321.dkr.ecr.eu-central-1.amazonaws.com/push/app")
    #expect(try await ECRRepositories(server.connection()).make(other, with: RepositorySettings()) == .made)
    #expect(server.requests.last?.text.contains(#""registryId":"210987654321""#) == true)
  }

  @Test("That it is there by now is no fault") func race() async throws {
    let there = (400, #"{"__type":"RepositoryAlreadyExistsException","message":"it is there"}"#)
    let server = try server(answering: ["CreateRepository": there])
    var settings = RepositorySettings()
    settings.scanOnPush = false
    #expect(try await ECRRepositories(server.connection()).make(try reference("team/app"), with: settings) == .wasThere)
  }

  @Test(
    "What AWS refuses is told with what to do",
    arguments: [
      (
        "AccessDeniedException", "User: x is not authorized to perform: ecr:CreateRepository on resource: y",
        "allow ecr:CreateRepository", false
      ),
      ("LimitExceededException", "too many", "ask AWS for a higher quota", false),
      ("KmsException", "no key", "check the KMS key", false),
      ("ServerException", "oops", "could not be created", true),
    ])
  func faults(code: String, message: String, words: String, passes: Bool) async throws {
    let status = passes ? 500 : 400
    let server = try server(answering: ["CreateRepository": (status, #"{"__type":"\#(code)","message":"\#(message)"}"#)]
    )
    var settings = RepositorySettings()
    settings.scanOnPush = false
    let fault = await #expect(throws: RepositoryFault.self) {
      try await ECRRepositories(server.connection()).make(try reference("team/app"), with: settings)
    }
    #expect(fault?.description.contains(words) == true && fault?.isPassing == passes, "\(String(describing: fault))")
  }

  @Test("Where templates cannot be read, or only ECR could do as they say, nothing is made")
  func unknowable() async throws {
    let denied = (400, #"{"__type":"AccessDeniedException","message":"no"}"#)
    for (name, answer, words) in [
      ("team/app", denied, "allow ecr:DescribeRepositoryCreationTemplates, or give settings"),
      ("policy/app", (200, Self.template), "add CREATE_ON_PUSH"),
    ] {
      let server = try server(answering: ["DescribeRepositoryCreationTemplates": answer])
      let fault = await #expect(throws: RepositoryFault.self) {
        try await ECRRepositories(server.connection()).make(try reference(name), with: RepositorySettings())
      }
      #expect(fault?.description.contains(words) == true, "\(String(describing: fault))")
      #expect(!operations(server).contains("CreateRepository"))
    }
  }

  @Test("In the gallery they are made in one's own registry, by its name") func gallery() async throws {
    let server = try server(answering: [
      "CreateRepository": (200, "{}"), "DescribeRegistries": (200, #"{"registries":[{"aliases":[{"name":"team"}]}]}"#),
    ])
    let repositories = ECRRepositories(server.connection())
    var settings = RepositorySettings()
    (settings.tags, settings.imageTagMutability) = (["a": "b"], "IMMUTABLE")
    #expect(try await repositories.make(try ImageReference("public.ecr.aws/team/web/app"), with: settings) == .made)
    #expect(operations(server) == ["DescribeRegistries", "CreateRepository"])
    #expect(server.requests.last?.text.contains(#""repositoryName":"web\/app""#) == true)
    #expect(server.requests.last?.text.contains("IMMUTABLE") == false)
    #expect(server.requests.allSatisfy { $0.headers["authorization"]?.contains("us-east-1/ecr-public") == true })
    for (name, words) in [
      ("other/app", "does not belong to this AWS account (its own is team)"), ("app", "ALIAS/NAME"),
    ] {
      let fault = await #expect(throws: RepositoryFault.self) {
        try await repositories.make(try ImageReference("public.ecr.aws/\(name)"), with: settings)
      }
      #expect(fault?.description.contains(words) == true, "\(String(describing: fault))")
    }
    #expect(operations(server).count { $0 == "CreateRepository" } == 1)
  }
}
