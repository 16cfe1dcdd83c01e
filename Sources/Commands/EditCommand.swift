import ArgumentParser
import Installation
import MirrorCore

struct EditCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "edit", abstract: "Change a mirror; what is not given stays as it is.")

  @ParentCommand var ecrmirror: EcrmirrorCommand

  @Argument(help: "The mirror's source.")
  var source: String

  @Option(name: .customLong("destination"), help: "The new destinations; may be given several times.")
  var destinations: [String] = []

  @Option(help: "When the mirror expires: 2026-12-31, 2026-12-31T12:00:00Z, 30d or never.")
  var expires: Expiry?

  @Option(help: RepositoryChoice.help, transform: RepositoryChoice.init(text:))
  var createRepository: RepositoryChoice?

  @OptionGroup(title: "Tag rule, replacing the current one") var rule: TagRuleOptions

  @Flag(help: "Remove the tag rule; the source must then have a tag.")
  var noTagRule = false

  @Option(help: "Tags that match this pattern never change, as for `add`; may be given several times.")
  var immutable: [String] = []

  @Flag(help: "Ask the source about all tags again.")
  var noImmutable = false

  @Option(
    help: "Mirror only these platforms, as in linux/amd64,linux/arm64; destinations get an index of these.",
    transform: PlatformsArgument.read)
  var platforms: PlatformSelection?

  @Flag(help: "Mirror all platforms.")
  var allPlatforms = false

  @Flag(
    inversion: .prefixedNo,
    help: "Keep the source's index and digest, at registries that accept it with images missing, or make one of these."
  )
  var sparse: Bool?

  func validate() throws {
    let changes = [
      !destinations.isEmpty, expires != nil, createRepository != nil, noTagRule, rule.rule != nil, !immutable.isEmpty,
      noImmutable, platforms != nil, allPlatforms, sparse != nil,
    ]
    if !changes.contains(true) {
      throw ValidationError(
        "Say what to change: --destination, --expires, --create-repository, a tag rule, --no-tag-rule, --immutable, --no-immutable, --platforms, --all-platforms or --sparse."
      )
    }
    if allPlatforms && (platforms != nil || sparse == true) {
      throw ValidationError("Give --platforms or --all-platforms, not both.")
    }
    if noImmutable && !immutable.isEmpty { throw ValidationError("Give --immutable or --no-immutable, not both.") }
    if noTagRule && rule.rule != nil { throw ValidationError("Give a tag rule or --no-tag-rule, not both.") }
  }

  func run() async throws {
    let service = try await ecrmirror.openToChange().service
    let entry = try await service.edit(source) { entry in
      if !destinations.isEmpty { entry.destinations = destinations }
      if let expires { entry.expires = expires.date }
      createRepository?.set(in: &entry)
      if let rule = rule.rule { entry.tags = rule }
      if noTagRule { entry.tags = nil }
      if noImmutable || !immutable.isEmpty { entry.immutable = ImmutableTags(patterns: immutable) }
      try select(&entry)
    }
    Console.note("changed the mirror of \(entry.source)")
  }

  private func select(_ entry: inout MirrorEntry) throws {
    if allPlatforms { return entry.select(nil) }
    if let platforms {
      // What was wrong with those before is mended by this.
      return entry.select(platforms.having(sparse: sparse ?? (try? entry.platforms)?.isSparse ?? false))
    }
    guard let sparse else { return }
    guard let before = try entry.platforms else {
      if sparse { throw ValidationError("--sparse needs --platforms: the mirror has all platforms.") }
      return
    }
    entry.select(before.having(sparse: sparse))
  }
}

struct RemoveCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "rm", abstract: "Remove mirrors from the table; images stay where they are.")

  @ParentCommand var ecrmirror: EcrmirrorCommand

  @Argument(help: "Sources of mirrors.")
  var sources: [String]

  func run() async throws {
    let service = try await ecrmirror.openToChange().service
    for source in sources {
      let entry = try await service.remove(source)
      Console.note("removed the mirror of \(entry.source)")
    }
  }
}

struct EnableCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(commandName: "enable", abstract: "Enable mirrors.")

  @ParentCommand var ecrmirror: EcrmirrorCommand

  @Argument(help: "Sources of mirrors.")
  var sources: [String]

  func run() async throws {
    try await ecrmirror.set(sources, enabled: true)
  }
}

struct DisableCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "disable", abstract: "Disable mirrors: they are neither checked nor copied until they are enabled.")

  @ParentCommand var ecrmirror: EcrmirrorCommand

  @Argument(help: "Sources of mirrors.")
  var sources: [String]

  func run() async throws {
    try await ecrmirror.set(sources, enabled: false)
  }
}

extension EcrmirrorCommand {
  fileprivate func set(_ sources: [String], enabled: Bool) async throws {
    let service = try await openToChange().service
    for source in sources {
      let entry = try await service.edit(source) { $0.enabled = enabled }
      Console.note("\(enabled ? "enabled" : "disabled") the mirror of \(entry.source)")
    }
  }
}
