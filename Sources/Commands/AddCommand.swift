public import ArgumentParser
import FoundationEssentials
import Installation
public import MirrorCore
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

  @OptionGroup(title: "Tag rule") var rule: TagRuleOptions

  func validate() throws {
    if destinations.isEmpty { throw ValidationError("Give at least one destination.") }
  }

  func run() async throws {
    let service = try await ecrmirror.openToChange(makesStore: true).service
    let entry = MirrorEntry(
      source: source, destinations: destinations, expires: expires?.date, enabled: !disabled, tags: rule.rule)
    try await service.add(entry)
    Console.note("added the mirror of \(source)")
    if check { try await FirstLook(service).look(at: [entry.source]) }
  }
}

struct TagRuleOptions: ParsableArguments {
  @Option(help: "Mirror tags that match this glob, as in 'v+([0-9]).*'; may be given several times.")
  var include: [String] = []

  @Option(help: "Exclude tags that match this glob; may be given several times.")
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

  var rule: TagRule? {
    if include.isEmpty && exclude.isEmpty && semver == nil && suffix == nil && latest == nil { return nil }
    return TagRule(include: include, exclude: exclude, semver: semver, suffix: suffix, latest: latest)
  }
}

extension Expiry: ExpressibleByArgument {
  public init?(argument: String) {
    self.init(argument, now: .now)
  }
}
