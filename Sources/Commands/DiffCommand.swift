import ArgumentParser
import FoundationEssentials
import Installation
import MirrorCore
import OCIRegistry
import Support

struct DiffCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "diff", abstract: "Show what changed in an image: platforms, layers, sizes, labels, entry point.",
    discussion: """
      Compares the destination with the source; if both are the same, shows what the last copy \
      changed. The source's manifests are read only if it differs, and a registry that counts pulls counts \
      each; their number is shown. Exit code 0 when the destination is in sync, 3 when it is not.
      """)

  @ParentCommand var ecrmirror: EcrmirrorCommand

  @Argument(help: "The source of a mirror; for one with a tag rule, one of its images with the tag.")
  var source: String

  @Option(help: "Which of its destinations; by default the first that is out of sync.")
  var destination: String?

  @Flag(help: "One JSON document.")
  var json = false

  func run() async throws {
    let comparison = try await ecrmirror.open().service.difference(of: source, at: destination)
    if json { try Console.print(json: comparison.json) } else { print(comparison) }
    if comparison.pulls > 0 {
      Console.note(comparison.pullsText)
    }
    if comparison.kind == .drift { throw ExitCode.drift }
  }

  private func print(_ comparison: ImageComparison) {
    let palette = Palette(ecrmirror)
    let (source, destination) = (comparison.source.familiar, comparison.destination.familiar)
    switch comparison.kind {
    case .same:
      return Console.print("\(destination) is in sync with \(source), and its previous image is not known")
    case .drift where comparison.before == nil:
      Console.print("\(destination) has nothing yet; a copy of \(source) would add:")
    case .drift: Console.print("from \(destination) to \(source)")
    case .lastCopy(let at): Console.print("\(destination) is in sync; the last copy, at \(at.rfc3339), changed:")
    }
    let difference = comparison.difference
    for platform in difference.platforms {
      Console.print(
        "\(palette.paint(platform.name.cleaned, .info))  \(palette.paint(platform.change.word, platform.change.severity))"
      )
      for fact in platform.facts(arrow: "->") {
        Console.print("  \(fact.name.padded(to: Self.labels))\(fact.text)")
      }
    }
    let unread = max(comparison.before?.unread ?? 0, comparison.after?.unread ?? 0)
    if unread > 0 { Console.print("and \(counted(unread, "platform")) that \(unread == 1 ? "was" : "were") not read") }
    Console.print(difference.summary)
  }

  private static let labels = 13
}

extension ImageDifference.Change {
  fileprivate var severity: Severity {
    switch self {
    case .same: .good
    case .added, .changed: .warning
    case .gone: .bad
    }
  }
}

extension ImageComparison {
  fileprivate var json: JSONValue {
    var at: Date?
    if case .lastCopy(let date) = kind { at = date }
    return .object([
      "asOf": .time(.now), "source": .string(source.description), "destination": .string(destination.description),
      "inSync": .bool(kind != .drift), "copiedAt": .time(at),
      "before": .text(before?.digest.description), "after": .text(after?.digest.description),
      "pulls": .number(pulls), "platforms": .array(difference.platforms.map(\.json)),
    ])
  }
}

extension ImageDifference.Platform {
  fileprivate var json: JSONValue {
    .object([
      "name": .string(name.cleaned), "change": .string(change.rawValue), "before": before?.json ?? .null,
      "after": after?.json ?? .null,
    ])
  }
}

extension ImageInventory.Image {
  fileprivate var json: JSONValue {
    let said = configuration ?? ImageConfiguration()
    func words(_ words: [String]) -> JSONValue { .array(words.map { .string($0.masked) }) }
    return .object([
      "digest": .string(digest.description), "size": .integer(size),
      "layers": .array(
        layers.map { .object(["digest": .string($0.digest.description), "size": .integer($0.size)]) }),
      "created": .time(said.created), "base": .text(base), "entryPoint": words(said.entryPoint),
      "command": words(said.command), "user": .text(said.user), "directory": .text(said.workingFolder),
      "variables": words(said.variables), "labels": .object(said.labels.mapValues { .string($0.masked) }),
    ])
  }
}
