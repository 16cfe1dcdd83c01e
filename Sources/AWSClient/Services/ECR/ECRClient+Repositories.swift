import FoundationEssentials

/// A repository of private ECR, as far as its tags go.
public struct ECRRepository: Sendable, Equatable {
  public var name: String
  /// `MUTABLE`, `IMMUTABLE`, `IMMUTABLE_WITH_EXCLUSION`, `MUTABLE_WITH_EXCLUSION`, or what came after them.
  public var imageTagMutability: String
  /// Filters of the type `WILDCARD`; nil where one is of a type that is not known.
  public var exclusions: [String]?
}

/// What a repository is made with.
public struct ECRRepositoryWish: Sendable, Equatable {
  /// The account's id.
  public var registry: String
  public var name: String
  public var imageTagMutability: String?
  public var exclusions: [String]?
  public var scanOnPush: Bool?
  public var encryptionType: String?
  public var kmsKey: String?
  public var tags: [String: String]?

  public init(registry: String, name: String) {
    (self.registry, self.name) = (registry, name)
  }
}

/// What ECR makes repositories with by itself, below a prefix.
public struct ECRCreationTemplate: Sendable, Equatable {
  /// Without a slash at its end; `ROOT` for all that no other covers.
  public var prefix: String
  /// `CREATE_ON_PUSH`, `PULL_THROUGH_CACHE`, `REPLICATION`.
  public var appliedFor: Set<String>
  public var imageTagMutability: String?
  public var exclusions: [String]?
  public var encryptionType: String?
  public var kmsKey: String?
  public var lifecyclePolicy: String?
  public var repositoryPolicy: String?
  public var tags: [String: String]?

  public init(prefix: String, appliedFor: Set<String> = []) {
    (self.prefix, self.appliedFor) = (prefix, appliedFor)
  }
}

private struct Filter: Codable {
  var filterType = "WILDCARD"
  var filter: String
}

private struct Encryption: Codable {
  var encryptionType: String
  var kmsKey: String?
}

/// ECR spells these in capitals.
private struct Tag: Codable {
  var Key: String
  var Value: String
}

extension [Filter]? {
  fileprivate var patterns: [String]? {
    guard let self else { return [] }
    return self.allSatisfy { $0.filterType == "WILDCARD" } ? self.map(\.filter) : nil
  }
}

extension ECRClient {
  /// Names of one call, at most: https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_DescribeRepositories.html
  public static let repositoriesOfCall = 100

  private struct DescribeInput: Encodable {
    var registryId: String
    var repositoryNames: [String]
  }

  private struct DescribeOutput: Decodable {
    struct Repository: Decodable {
      var repositoryName: String?
      var imageTagMutability: String?
      var imageTagMutabilityExclusionFilters: [Filter]?
    }

    var repositories: [Repository]?
  }

  /// How repositories stand, 100 at most.
  ///
  /// - Parameter registry: the account's id.
  /// - Throws: `AWSError`, of the code `RepositoryNotFoundException` where any of them is not there.
  public func repositories(_ names: [String], in registry: String) async throws(AWSError) -> [ECRRepository] {
    let input = DescribeInput(registryId: registry, repositoryNames: names)
    let operation = ServiceClient.Operation("DescribeRepositories")
    let output = try await client.call(operation, input, as: DescribeOutput.self)
    return (output.repositories ?? []).compactMap { repository in
      repository.repositoryName.map {
        ECRRepository(
          name: $0, imageTagMutability: repository.imageTagMutability ?? "MUTABLE",
          exclusions: repository.imageTagMutabilityExclusionFilters.patterns)
      }
    }
  }

  private struct CreateInput: Encodable {
    struct Scanning: Encodable { var scanOnPush: Bool }

    var registryId: String
    var repositoryName: String
    var imageTagMutability: String?
    var imageTagMutabilityExclusionFilters: [Filter]?
    var imageScanningConfiguration: Scanning?
    var encryptionConfiguration: Encryption?
    var tags: [Tag]?
  }

  private struct Nothing: Decodable {}

  /// Makes a repository.
  ///
  /// - Throws: `AWSError`, of the code `RepositoryAlreadyExistsException` where it is there, also where an answer got lost.
  public func createRepository(_ wish: ECRRepositoryWish) async throws(AWSError) {
    let tags = wish.tags?.sorted { $0.key < $1.key }.map { Tag(Key: $0.key, Value: $0.value) }
    let input = CreateInput(
      registryId: wish.registry, repositoryName: wish.name, imageTagMutability: wish.imageTagMutability,
      imageTagMutabilityExclusionFilters: wish.exclusions.flatMap { filters in
        filters.isEmpty ? nil : filters.map { Filter(filter: $0) }
      },
      imageScanningConfiguration: wish.scanOnPush.map(CreateInput.Scanning.init),
      encryptionConfiguration: wish.encryptionType.map { Encryption(encryptionType: $0, kmsKey: wish.kmsKey) },
      tags: tags.flatMap { $0.isEmpty ? nil : $0 })
    _ = try await client.call(ServiceClient.Operation("CreateRepository"), input, as: Nothing.self)
  }

  private struct LifecycleInput: Encodable {
    var registryId: String
    var repositoryName: String
    var lifecyclePolicyText: String
  }

  /// - Parameters:
  ///   - policy: a JSON document of 100 to 30,720 characters.
  ///   - registry: the account's id.
  /// - Throws: `AWSError`.
  public func putLifecyclePolicy(
    _ policy: String, of repository: String, in registry: String
  ) async throws(AWSError) {
    let input = LifecycleInput(registryId: registry, repositoryName: repository, lifecyclePolicyText: policy)
    _ = try await client.call(ServiceClient.Operation("PutLifecyclePolicy"), input, as: Nothing.self)
  }

  private struct TemplatesInput: Encodable {
    var nextToken: String?
    var maxResults = 1000
  }

  private struct TemplatesOutput: Decodable {
    struct Template: Decodable {
      var prefix: String?
      var appliedFor: [String]?
      var imageTagMutability: String?
      var imageTagMutabilityExclusionFilters: [Filter]?
      var encryptionConfiguration: Encryption?
      var resourceTags: [Tag]?
      var lifecyclePolicy: String?
      var repositoryPolicy: String?
    }

    var registryId: String?
    var repositoryCreationTemplates: [Template]?
    var nextToken: String?
  }

  /// The creation templates of the caller's own account in the region, 10,000 at most.
  ///
  /// - Returns: also the account's id.
  /// - Throws: `AWSError`.
  public func creationTemplates() async throws(AWSError) -> (registry: String?, templates: [ECRCreationTemplate]) {
    var (input, found) = (TemplatesInput(), [ECRCreationTemplate]())
    for _ in 0..<10 {
      let output = try await client.call(
        ServiceClient.Operation("DescribeRepositoryCreationTemplates"), input, as: TemplatesOutput.self)
      found += (output.repositoryCreationTemplates ?? []).compactMap { item in
        guard let prefix = item.prefix else { return nil }
        var template = ECRCreationTemplate(
          prefix: prefix.hasSuffix("/") ? String(prefix.dropLast()) : prefix, appliedFor: Set(item.appliedFor ?? []))
        template.imageTagMutability = item.imageTagMutability
        template.exclusions = item.imageTagMutabilityExclusionFilters.map { $0.map(\.filter) }
        template.encryptionType = item.encryptionConfiguration?.encryptionType
        template.kmsKey = item.encryptionConfiguration?.kmsKey.flatMap { $0.isEmpty ? nil : $0 }
        template.lifecyclePolicy = item.lifecyclePolicy.flatMap { $0.isEmpty ? nil : $0 }
        template.repositoryPolicy = item.repositoryPolicy.flatMap { $0.isEmpty ? nil : $0 }
        template.tags = item.resourceTags.map { tags in
          Dictionary(tags.map { ($0.Key, $0.Value) }, uniquingKeysWith: { $1 })
        }
        return template
      }
      guard let next = output.nextToken else { return (output.registryId, found) }
      input.nextToken = next
    }
    return (nil, found)
  }

  private struct SettingInput: Encodable { var name: String }
  private struct SettingOutput: Decodable { var value: String? }

  /// A setting of the caller's own registry in the region, as `BLOB_MOUNTING`; nil where it has no value.
  ///
  /// - Throws: `AWSError`.
  public func accountSetting(_ name: String) async throws(AWSError) -> String? {
    let operation = ServiceClient.Operation("GetAccountSetting")
    return try await client.call(operation, SettingInput(name: name), as: SettingOutput.self).value
  }
}

extension ECRPublicClient {
  private struct RegistriesInput: Encodable {
    var nextToken: String?
    var maxResults = 1000
  }

  private struct RegistriesOutput: Decodable {
    struct Registry: Decodable {
      struct Alias: Decodable { var name: String? }

      var aliases: [Alias]?
    }

    var registries: [Registry]?
  }

  /// The names that the caller's own registry has in the gallery: what stands before its repositories' names.
  ///
  /// - Throws: `AWSError`.
  public func aliases() async throws(AWSError) -> [String] {
    let operation = ServiceClient.Operation("DescribeRegistries")
    let output = try await client.call(operation, RegistriesInput(), as: RegistriesOutput.self)
    return (output.registries ?? []).flatMap { $0.aliases ?? [] }.compactMap(\.name)
  }

  private struct CreateInput: Encodable {
    var repositoryName: String
    var tags: [Tag]?
  }

  private struct Nothing: Decodable {}

  /// Makes a repository in the caller's own registry.
  ///
  /// - Parameter name: without the registry's name.
  /// - Throws: `AWSError`, of the code `RepositoryAlreadyExistsException` where it is there.
  public func createRepository(_ name: String, tags: [String: String]) async throws(AWSError) {
    let tags = tags.sorted { $0.key < $1.key }.map { Tag(Key: $0.key, Value: $0.value) }
    let input = CreateInput(repositoryName: name, tags: tags.isEmpty ? nil : tags)
    _ = try await client.call(ServiceClient.Operation("CreateRepository"), input, as: Nothing.self)
  }
}
