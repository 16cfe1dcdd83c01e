public import AWSClient
import FoundationEssentials
import MirrorCore
public import OCIRegistry
import Support

/// Tells of the repositories of private ECR registries by their API, and makes them, in the public gallery too.
///
/// What was told is kept for some minutes: the registry itself has the last word on a push. Questions about one registry
/// go together, up to 100 names in a call.
public final class ECRRepositories: RepositoryKeeper {
  private struct Key: Hashable {
    let registry: String
    let name: String
  }

  private struct State {
    var known: [Key: (standing: RepositoryStanding, until: ContinuousClock.Instant)] = [:]
    /// By registry: what somebody waits for, and what may be asked along with it.
    var wanted: [String: Set<String>] = [:]
    var expected: [String: Set<String>] = [:]
    /// Registries that do not tell, as where a policy forbids it.
    var silent: [String: ContinuousClock.Instant] = [:]
    var templates: [String: (registry: String?, templates: [ECRCreationTemplate], until: ContinuousClock.Instant)] = [:]
  }

  private let connection: AWSConnection
  private let aliases: [String: String]
  private let state = Lock(State())
  private let flights = SingleFlight<String, Void, Never>()
  private let making = SingleFlight<ImageReference, RepositoryMaking, RepositoryFault>()

  static let keep = Duration.seconds(300)
  /// Repositories that are kept, and expected, at most: some MB.
  static let most = 10_000

  /// - Parameter aliases: the names that private ECR registries have with AWS, by `host[:port]` that stand for them.
  public init(_ connection: AWSConnection, aliases: [String: String] = [:]) {
    (self.connection, self.aliases) = (connection, aliases)
  }

  public func keeps(_ registry: String) -> Bool { ecr(registry) != nil || isGallery(registry) }

  /// The gallery knows keys of the partition `aws` only.
  private func isGallery(_ registry: String) -> Bool {
    RegistryHost(registry).kind == .ecrPublic && AWSPartition(region: connection.endpoints.region).name == "aws"
  }

  private func ecr(_ registry: String) -> ECRRegistry? {
    if case .ecr(let ecr) = RegistryHost(aliases[registry] ?? registry).kind { ecr } else { nil }
  }

  // MARK: - How repositories stand

  public func expect(_ repositories: [ImageReference]) {
    state.withLock { state in
      for repository in repositories where ecr(repository.registry) != nil && Self.isName(repository.repository) {
        guard state.expected[repository.registry, default: []].count < Self.most else { continue }
        state.expected[repository.registry, default: []].insert(repository.repository)
      }
    }
  }

  public func standing(of repository: ImageReference) async -> RepositoryStanding? {
    let registry = repository.registry
    guard let ecr = ecr(registry), Self.isName(repository.repository) else { return nil }
    let key = Key(registry: registry, name: repository.repository)
    // A call that is under way already may not be about this one; the next is.
    for _ in 0..<3 {
      let (known, isSilent) = state.withLock { state in
        let now = ContinuousClock.now
        let known = state.known[key].flatMap { $0.until > now ? $0.standing : nil }
        let isSilent = state.silent[registry].map { $0 > now } ?? false
        if known == nil, !isSilent { state.wanted[registry, default: []].insert(key.name) }
        return (known, isSilent)
      }
      if known != nil || isSilent { return known }
      guard
        (try? await flights.value(for: registry) { [self] in
          await ask(registry, ecr)
          return .success(())
        }) != nil
      else { return nil }
    }
    return state.withLock { $0.known[key]?.standing }
  }

  /// Of ECR's, whose calls refuse others for all that they were asked about.
  private static func isName(_ name: String) -> Bool { (2...256).contains(name.utf8.count) }

  /// Repositories that are found missing before only those are asked about that somebody waits for, one by one.
  private static let patience = 3
  /// Calls about one repository each, at once.
  private static let width = 8

  private func ask(_ registry: String, _ ecr: ECRRegistry) async {
    let (wanted, more) = state.withLock { state in
      let now = ContinuousClock.now
      let wanted = state.wanted.removeValue(forKey: registry) ?? []
      let more = (state.expected[registry] ?? []).subtracting(wanted).filter { name in
        state.known[Key(registry: registry, name: name)].map { $0.until <= now } ?? true
      }
      state.expected[registry] = nil
      return (wanted, more)
    }
    var names = Array((wanted.sorted() + more.sorted()).prefix(ECRClient.repositoriesOfCall))
    var misses = 0
    let client = ECRClient(connection.inRegion(ecr.region))
    while !names.isEmpty {
      do throws(AWSError) {
        let found = try await client.repositories(names, in: ecr.account)
        for repository in found { note(repository.standing, of: Key(registry: registry, name: repository.name)) }
        return
      } catch {
        // One that is missing fails the call for all; its message says which.
        guard error.code == "RepositoryNotFoundException" else {
          state.withLock { $0.silent[registry] = .now + Self.keep }
          return
        }
        guard let missing = names.count == 1 ? names[0] : names.first(where: { error.description.contains("'\($0)'") })
        else {
          // Whoever waits for another of them asks again.
          names = Array(names.prefix(1))
          continue
        }
        note(.missing, of: Key(registry: registry, name: missing))
        misses += 1
        if misses >= Self.patience {
          // A first fill may miss all of them, and each takes a call of its own.
          _ = try? await concurrently(names.filter { $0 != missing && wanted.contains($0) }, width: Self.width) {
            name in
            await self.ask(alone: name, registry, ecr)
          }
          return
        }
        names.removeAll { $0 == missing }
      }
    }
  }

  private func ask(alone name: String, _ registry: String, _ ecr: ECRRegistry) async {
    do throws(AWSError) {
      let found = try await ECRClient(connection.inRegion(ecr.region)).repositories([name], in: ecr.account)
      note(found.first?.standing, of: Key(registry: registry, name: name))
    } catch {
      if error.code == "RepositoryNotFoundException" { note(.missing, of: Key(registry: registry, name: name)) }
    }
  }

  /// - Parameter standing: nil for what this version does not know.
  private func note(_ standing: RepositoryStanding?, of key: Key) {
    guard let standing else { return }
    // Somebody may make it at any time.
    let keep = standing == .missing ? Duration.seconds(5) : Self.keep
    state.withLock { state in
      if state.known.count >= Self.most { state.known = [:] }
      state.known[key] = (standing, .now + keep)
    }
  }

  /// https://docs.aws.amazon.com/AmazonECR/latest/userguide/blob-mounting.html
  public func sharesLayers(_ registry: String) async -> Bool? {
    guard let ecr = ecr(registry) else { return nil }
    let connection = connection.inRegion(ecr.region)
    // The setting is told of the caller's own registry only.
    guard let identity = try? await STSClient(connection).identity(), identity.account == ecr.account,
      let value = try? await ECRClient(connection).accountSetting("BLOB_MOUNTING")
    else { return nil }
    return value == "ENABLED"
  }

  // MARK: - Making them

  public func make(
    _ repository: ImageReference, with settings: RepositorySettings
  ) async throws(RepositoryFault) -> RepositoryMaking {
    guard keeps(repository.registry) else {
      throw RepositoryFault("\(repository.registry) is no ECR registry: create \(repository.familiar) there")
    }
    let outcome: Result<RepositoryMaking, RepositoryFault>
    do throws(CancellationError) {
      outcome = try await making.value(for: repository.withoutTag) { [self] in
        do throws(RepositoryFault) {
          guard let ecr = ecr(repository.registry) else {
            return .success(try await makeInGallery(repository, tags: settings.tags ?? [:]))
          }
          return .success(try await make(repository, ecr, settings))
        } catch {
          return .failure(error)
        }
      }
    } catch {
      throw RepositoryFault("creating the repository \(repository.repository) was cancelled", isPassing: true)
    }
    return try outcome.get()
  }

  private func make(
    _ repository: ImageReference, _ ecr: ECRRegistry, _ settings: RepositorySettings
  ) async throws(RepositoryFault) -> RepositoryMaking {
    var settings = settings
    if settings.isEmpty, let template = try await template(for: repository, ecr) {
      if template.makesOnPush { return .leftToPush(template: template.prefix) }
      guard template.repositoryPolicy == nil else {
        throw RepositoryFault(
          "the repository \(repository.repository) was not created: the creation template \(template.prefix) gives it a policy, which ECR itself has to do; add CREATE_ON_PUSH to what the template applies to, or give settings"
        )
      }
      settings = template.settings
    }
    let client = ECRClient(connection.inRegion(ecr.region))
    do throws(AWSError) {
      try await client.createRepository(ECRRepositoryWish(repository.repository, in: ecr, settings))
    } catch {
      if error.code == "RepositoryAlreadyExistsException" { return .wasThere }
      throw RepositoryFault(error, creating: repository)
    }
    forget(repository)
    if let policy = settings.lifecyclePolicyText {
      do throws(AWSError) {
        try await client.putLifecyclePolicy(policy, of: repository.repository, in: ecr.account)
      } catch {
        throw RepositoryFault(
          "the repository \(repository.repository) was created, but not given its lifecycle policy: \(error); put it by hand"
        )
      }
    }
    return .made
  }

  /// All tags may be moved there, and of the settings it has nothing but `tags`.
  private func makeInGallery(
    _ repository: ImageReference, tags: [String: String]
  ) async throws(RepositoryFault) -> RepositoryMaking {
    let parts = repository.repository.split(separator: "/", maxSplits: 1).map(String.init)
    guard parts.count == 2 else {
      throw RepositoryFault("\(repository.familiar) names no registry of the gallery: use public.ecr.aws/ALIAS/NAME")
    }
    let client = ECRPublicClient(connection)
    let aliases: [String]
    do throws(AWSError) {
      aliases = try await client.aliases()
    } catch {
      throw RepositoryFault(error, creating: repository)
    }
    guard aliases.contains(parts[0]) else {
      let own = aliases.isEmpty ? "it has none" : "its own is \(aliases.joined(separator: ", ").cleaned)"
      throw RepositoryFault(
        "the registry \(parts[0]) of the gallery does not belong to this AWS account (\(own)): use its account's credentials"
      )
    }
    do throws(AWSError) {
      try await client.createRepository(parts[1], tags: tags)
      return .made
    } catch {
      if error.code == "RepositoryAlreadyExistsException" { return .wasThere }
      throw RepositoryFault(error, creating: repository)
    }
  }

  private func forget(_ repository: ImageReference) {
    state.withLock { $0.known[Key(registry: repository.registry, name: repository.repository)] = nil }
  }

  /// That of the caller's own account: no call tells of another's.
  private func template(
    for repository: ImageReference, _ ecr: ECRRegistry
  ) async throws(RepositoryFault) -> ECRCreationTemplate? {
    let now = ContinuousClock.now
    var known = state.withLock { $0.templates[ecr.region].flatMap { $0.until > now ? $0 : nil } }
    if known == nil {
      do throws(AWSError) {
        let found = try await ECRClient(connection.inRegion(ecr.region)).creationTemplates()
        known = (found.registry, found.templates, now + Self.keep)
      } catch {
        throw RepositoryFault(
          "the repository \(repository.repository) was not created: the account's creation templates cannot be read, which say what it would have: \(error); allow ecr:DescribeRepositoryCreationTemplates, or give settings",
          isPassing: error.mayPassLater)
      }
      state.withLock { $0.templates[ecr.region] = known }
    }
    guard let known, known.registry == ecr.account else { return nil }
    return .covering(repository.repository, of: known.templates)
  }
}

extension ECRRepository {
  fileprivate var standing: RepositoryStanding? {
    guard let rule = TagMutability.Rule(rawValue: imageTagMutability), let exclusions else { return nil }
    return .there(TagMutability(rule, except: exclusions))
  }
}

extension ECRRepositoryWish {
  fileprivate init(_ name: String, in ecr: ECRRegistry, _ settings: RepositorySettings) {
    self.init(registry: ecr.account, name: name)
    imageTagMutability = settings.imageTagMutability
    exclusions = settings.imageTagMutabilityExclusionFilters
    scanOnPush = settings.scanOnPush
    encryptionType = settings.encryptionType
    kmsKey = settings.kmsKey
    tags = settings.tags
  }
}

extension RepositoryFault {
  fileprivate init(_ error: AWSError, creating repository: ImageReference) {
    let advice =
      switch error.code {
      case "LimitExceededException": "ask AWS for a higher quota of repositories"
      case "KmsException": "check the KMS key and its policy"
      case "InvalidParameterException", "InvalidTagParameterException", "TooManyTagsException":
        "check the settings that it is created with"
      default: error.outage?.advice
      }
    self.init(
      "the repository \(repository.repository) could not be created: \(error.reason)"
        + (advice.map { "; \($0)" } ?? ""),
      isPassing: error.mayPassLater && error.code != "LimitExceededException")
  }
}

extension AWSError {
  /// Whether trying the same later may help.
  fileprivate var mayPassLater: Bool {
    switch kind {
    case .service(let error): isThrottling || error.status >= 500
    case .transport, .invalidAnswer, .cancelled: true
    case .credentials, .invalidRequest: false
    }
  }
}
