public import ArgumentParser
import FoundationEssentials
import Installation
public import MirrorCore
import OCIRegistry
import Support

struct AddCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(commandName: "add", abstract: "Add a mirror.")

  @ParentCommand var ecrmirror: EcrmirrorCommand

  @Argument(help: "The source image with its tag; with a tag rule, the repository without a tag.")
  var source: String

  @Argument(help: "The destination; without a tag, the source's tag is used.")
  var destinations: [String]

  @Option(help: "When the mirror expires: 2026-12-31, 2026-12-31T12:00:00Z, 30d or never.")
  var expires: Expiry?

  @Flag(help: "Add it disabled.")
  var disabled = false

  @Flag(help: "Check the registries right away: the mirror's state is unknown until it is checked.")
  var check = false

  @Option(help: RepositoryChoice.help, transform: RepositoryChoice.init(text:))
  var createRepository: RepositoryChoice?

  @OptionGroup(title: "Tag rule") var rule: TagRuleOptions

  @Option(
    help: """
      Tags that match this pattern never change: the source is not asked about those that are at all destinations; may \
      be given several times.
      """)
  var immutable: [String] = []

  @Option(
    help: """
      Mirror only these platforms, as in linux/amd64,linux/arm64, linux/arm/v7 or windows/amd64:10.0.20348; \
      destinations get an index of these.
      """, transform: PlatformsArgument.read)
  var platforms: PlatformSelection?

  @Flag(help: "With --platforms, keep the source's index and digest, at registries that accept it with images missing.")
  var sparse = false

  @Flag(help: "Add nothing: check whether it can be added, and show what would be mirrored where.")
  var dryRun = false

  @OptionGroup var width: WideOption

  func validate() throws {
    if destinations.isEmpty { throw ValidationError("Give at least one destination.") }
    if sparse && platforms == nil { throw ValidationError("--sparse needs --platforms.") }
    if check && dryRun {
      throw ValidationError("--dry-run and --check cannot be combined: nothing is added that could be checked.")
    }
  }

  func run() async throws {
    let service = try await (dryRun ? ecrmirror.openToLook() : ecrmirror.openToChange(makesStore: true)).service
    var entry = MirrorEntry(
      source: source, destinations: destinations, expires: expires?.date, enabled: !disabled, tags: rule.rule)
    createRepository?.set(in: &entry)
    entry.immutable = ImmutableTags(patterns: immutable)
    entry.select(platforms?.having(sparse: sparse))
    try await service.add(entry, dryRun: dryRun)
    if dryRun { return try await show(entry, service) }
    Console.note("added the mirror of \(source)")
    if check { try await FirstLook(service).look(at: [entry.source]) }
  }

  private func show(_ entry: MirrorEntry, _ service: MirrorService) async throws {
    let tags = entry.tags == nil ? [] : try await service.registries.tags(try ImageReference(entry.source))
    let images = try entry.images(sourceTags: tags)
    var table = TextTable(.reference("SOURCE"), .reference("DESTINATION"))
    for image in images {
      for destination in image.destinations { table.add(image.source.familiar, destination.familiar) }
    }
    if !images.isEmpty { width.print(table) }
    if entry.tags != nil { Console.note("selects \(images.count) of \(counted(tags.count, "tag"))") }
    Console.note("would add the mirror of \(source)")
  }
}

struct TagRuleOptions: ParsableArguments {
  @Option(
    help: """
      Mirror tags that match this glob, as in 'v+([0-9]).*', or this regular expression, as in '/^v\\d+\\.\\d+$/'; may be \
      given several times.
      """)
  var include: [String] = []

  @Option(help: "Exclude tags that match this glob or /regular expression/; may be given several times.")
  var exclude: [String] = []

  @Option(help: "Mirror tags that are versions in this range, as in '>=1.2 <2 || 3.x'.")
  var semver: String?

  // It begins with a dash as a rule.
  @Option(
    parsing: .unconditional,
    help: """
      Mirror tags that are versions with this suffix, such as '-alpine' or, as a glob, '-k3s*'; a range and the \
      order of versions ignore the suffix.
      """)
  var suffix: String?

  @Option(help: "Of these, only this many, the highest versions first; a mirror can have 20,000 tags.")
  var latest: Int?

  @Option(help: "If the rule selects more tags than this, mirror none of them until it is changed.")
  var max: Int?

  var rule: TagRule? {
    let rule = TagRule(
      include: include, exclude: exclude, semver: semver, suffix: suffix, latest: latest, max: max)
    return rule == TagRule() ? nil : rule
  }
}

extension Expiry: ExpressibleByArgument {
  public init?(argument: String) {
    self.init(argument, now: .now)
  }
}
