import FoundationEssentials
import MirrorCore
import OCIRegistry
import Support

/// A program of a person's own that a key or a command runs, as the configuration says it.
struct OwnCommand: Sendable, Equatable {
  enum Program: Sendable, Equatable {
    /// A program and its arguments, in which variables stand for what is selected. No shell reads them.
    case run([String])
    /// A text for `/bin/sh`, which has the variables in its environment.
    case shell(String)
  }

  let name: String
  let program: Program
  /// Ids of the views that have it; every one that is about something, where empty.
  let views: Set<String>
  /// Whether it is asked about first, and refused by a read-only dashboard.
  let changes: Bool
  let help: String

  /// What variables may be called.
  enum Variable: String, CaseIterable, Sendable {
    case mirror = "MIRROR"
    case source = "SOURCE"
    case destination = "DESTINATION"
    case sourceDigest = "SOURCE_DIGEST"
    case digest = "DIGEST"
    case registry = "REGISTRY"
    case state = "STATE"
    case job = "JOB"
  }

  /// Reads `$NAME` and `${NAME}` in an argument.
  ///
  /// - Parameter value: what stands for a name.
  /// - Throws: whatever `value` throws.
  static func expand<Failure>(
    _ text: String, _ value: (String) throws(Failure) -> String
  ) throws(Failure) -> String {
    try text.expandingDollars { dollar throws(Failure) in
      switch dollar {
      case .name(let name), .braces(let name), .open(let name): try value(String(name))
      }
    }
  }
}

/// One run of it: nothing in it is left to find out.
struct OwnRun: Sendable, Equatable {
  let id: Int
  let name: String
  /// A program by name or path, and its arguments.
  let words: [String]
  let variables: [String: String]

  /// For a person: what was run.
  var line: String { words.joined(separator: " ") }
}

extension State {
  /// What variables stand for, as far as something is selected that has it: names that can be read, and none that a
  /// program would take for an option.
  private var variables: [OwnCommand.Variable: String] {
    let row = mirrorsOfPlace.first
    let destination = row?.status?.destinations.first
    let job = jobsOfPlace.first
    var values: [OwnCommand.Variable: String] = [:]
    values[.mirror] = row.map { $0.status == nil ? nil : $0.id } ?? job?.mirror
    values[.source] = destination?.source ?? job?.source
    values[.destination] = destination?.reference ?? job?.destinations.first
    values[.sourceDigest] = destination?.sourceDigest?.description
    values[.digest] = destination?.digest?.description
    values[.registry] = place.view == .registries ? subject.copied : values[.source]?.registry
    values[.state] = destination?.state.rawValue
    values[.job] = jobOfPlace
    return values.filter { $1 == $1.cleaned && !$1.hasPrefix("-") }
  }

  mutating func runOwn(_ command: OwnCommand) throws(CommandError) -> [Effect] {
    let values = variables
    let words: [String] =
      switch command.program {
      case .shell(let text): ["/bin/sh", "-c", text]
      case .run(let words): try Self.expand(words, values)
      }
    ownRuns += 1
    let run = OwnRun(
      id: ownRuns, name: command.name, words: words,
      variables: Dictionary(uniqueKeysWithValues: values.map { ($0.rawValue, $1) }))
    guard command.changes else { return [.act(.runOwn(run))] }
    ask("Run \(command.name) now?", [run.line], "It may change something.", "Run", .action(.runOwn(run)))
    return []
  }

  private static func expand(
    _ words: [String], _ values: [OwnCommand.Variable: String]
  ) throws(CommandError) -> [String] {
    var expanded: [String] = []
    for word in words {
      expanded.append(
        try OwnCommand.expand(word) { name throws(CommandError) in
          guard let value = OwnCommand.Variable(rawValue: name).flatMap({ values[$0] }) else {
            throw CommandError("$\(name) has no value here")
          }
          return value
        })
    }
    return expanded
  }
}
