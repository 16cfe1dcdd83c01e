import ArgumentParser
import FoundationEssentials
import Installation
import MirrorCore
import OCIRegistry
import Support

struct CreateRepositoryCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "create-repository", abstract: "Create repositories in ECR that are missing at destinations.",
    discussion: """
      Without settings here they are those of `ecr.createRepositories` in the configuration, or of the stack, or of \
      the account's creation template that covers the name; one for CREATE_ON_PUSH makes the repository itself with \
      the first push. A repository that is there stays as it is.
      """)

  @ParentCommand var ecrmirror: EcrmirrorCommand

  @Argument(help: "Repositories with their registries, without a tag.")
  var repositories: [String] = []

  @Flag(help: "All that were missing when mirrors were last checked or copied.")
  var missing = false

  @OptionGroup(title: "Settings") var options: RepositoryOptions

  func validate() throws {
    if missing != repositories.isEmpty { throw ValidationError("Give repositories, or --missing.") }
  }

  func run() async throws {
    let settings = try options.settings
    let service = try await ecrmirror.openToChange(makesStore: true).service
    var wishes = repositories.map { (name: $0, mirror: String?.none) }
    if missing {
      wishes = try await service.missingRepositories().map { ($0.repository.name, $0.mirror) }
      if wishes.isEmpty { Console.note("no repository was missing at the last check; `ecrmirror check` checks again") }
    }
    var (hasFailed, hasMade) = (false, false)
    for wish in wishes {
      do {
        let making = try await service.createRepository(wish.name, for: wish.mirror, with: settings)
        Console.note(making.sentence(wish.name))
        if making == .made { hasMade = true }
      } catch let error as MirrorError where wishes.count > 1 {
        Console.note("\(wish.name): \(error)")
        hasFailed = true
      }
    }
    if hasMade { Console.note("copy to it now with `ecrmirror mirror --drifted`; runs do so when they next try") }
    if hasFailed { throw ExitCode.failure }
  }
}

struct RepositoryOptions: ParsableArguments {
  @Option(help: "MUTABLE, IMMUTABLE, IMMUTABLE_WITH_EXCLUSION or MUTABLE_WITH_EXCLUSION.")
  var imageTagMutability: String?

  @Option(help: "Tags that are the exception, as in 'dev-*'; may be given several times.")
  var exclusionFilter: [String] = []

  @Flag(help: "Scan what is pushed.")
  var scanOnPush = false

  @Option(help: "AES256, KMS or KMS_DSSE.")
  var encryptionType: String?

  @Option(help: "The KMS key.")
  var kmsKey: String?

  @Option(help: "A file with a lifecycle policy, as JSON.")
  var lifecyclePolicy: String?

  @Option(help: "A tag of the repository, as KEY=VALUE; may be given several times.")
  var tag: [String] = []

  /// - Returns: nil where none is given.
  /// - Throws: `ValidationError`.
  var settings: RepositorySettings? {
    get throws {
      var settings = RepositorySettings()
      settings.imageTagMutability = imageTagMutability
      settings.imageTagMutabilityExclusionFilters = exclusionFilter.isEmpty ? nil : exclusionFilter
      settings.scanOnPush = scanOnPush ? true : nil
      settings.encryptionType = encryptionType
      settings.kmsKey = kmsKey
      if let lifecyclePolicy {
        guard let text = try? String(contentsOf: URL(filePath: lifecyclePolicy), encoding: .utf8) else {
          throw ValidationError("the file \(lifecyclePolicy) cannot be read as text")
        }
        settings.lifecyclePolicyText = text
      }
      for word in tag {
        let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 2 else { throw ValidationError("--tag takes KEY=VALUE, not '\(word)'") }
        settings.tags = (settings.tags ?? [:]).merging([parts[0]: parts[1]]) { $1 }
      }
      if let mistake = settings.mistake { throw ValidationError(mistake) }
      return settings.isEmpty ? nil : settings
    }
  }
}
