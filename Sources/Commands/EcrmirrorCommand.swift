import ArgumentParser
import FoundationEssentials
import Glibc
import Installation
import LocalBackend
import MirrorCore
import Support

/// Runs the command that the program's arguments name, and ends with its exit code where it failed.
///
/// - Parameter dashboard: What opens without a command, and what filters of commands are read by.
public func runCommandLine(_ dashboard: DashboardAccess) async {
  await DashboardAccess.$current.withValue(dashboard) { await EcrmirrorCommand.run() }
}

/// The command line; without a subcommand the dashboard opens.
struct EcrmirrorCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "ecrmirror",
    abstract: "Keep container images in sync between registries.",
    discussion: """
      Without a subcommand the dashboard opens, or outside a terminal the mirrors are listed. Exit codes: 0 success (for check: everything in sync), 1 error, \
      or something that could not be checked or done, 3 drift found, 64 wrong usage. Times are RFC 3339 in UTC.
      """,
    version: "ecrmirror \(Version.current)",
    groupedSubcommands: [
      CommandGroup(
        name: "Look",
        subcommands: [StatusCommand.self, CheckCommand.self, DiffCommand.self, HistoryCommand.self, DoctorCommand.self]),
      CommandGroup(
        name: "Mirror",
        subcommands: [
          MirrorCommand.self, RunCommand.self, TimerCommand.self, CreateRepositoryCommand.self,
        ]),
      CommandGroup(
        name: "Table",
        subcommands: [
          AddCommand.self, EditCommand.self, RemoveCommand.self, EnableCommand.self, DisableCommand.self,
          ImportCommand.self, ExportCommand.self,
        ]),
      CommandGroup(
        name: "Job", subcommands: [JobsCommand.self, JobCommand.self, LogsCommand.self, CancelCommand.self]),
    ])

  @Option(
    name: .customLong("local"),
    help: "The folder with the mirrors, jobs and logs of this machine (default: $XDG_DATA_HOME/ecrmirror).")
  var folder: String?

  @Option(
    help:
      "The stack in AWS to use instead of this machine, by its name there or in the configuration (or set ECRMIRROR_STACK)."
  )
  var stack: String?

  @Option(help: "The AWS region; by default AWS_REGION or that of the profile.")
  var region: String?

  @Option(help: "The AWS profile; by default AWS_PROFILE.")
  var profile: String?

  @Flag(help: "Refuse everything that changes something, also checks of registries, as their results are stored.")
  var readOnly = false

  @Flag(help: "No colours (or set NO_COLOR).")
  var noColor = false

  @Flag(help: "The dashboard as plain lines, for screen readers; input is read a line at a time.")
  var linear = false

  @Option(help: "The dashboard's first view, such as problems or jobs; by default the last one used.")
  var view: String?

  @Option(help: "The dashboard's first filter, written as after /.")
  var filter: String?

  fileprivate static func run() async {
    do {
      var command = try await asyncParseAsRoot()
      if var command = command as? any AsyncParsableCommand { try await command.run() } else { try command.run() }
    } catch {
      guard let words = errorWords(error, of: Self.self) else { exit(withError: error) }
      Console.write(words + "\n", to: 2)
      Glibc.exit(exitCode(for: error).rawValue)
    }
  }

  func run() async throws {
    guard let dashboard = DashboardAccess.current, linear || Console.isTerminal(0) && Console.isTerminal(1) else {
      guard view == nil, filter == nil else {
        throw ValidationError(
          "--view and --filter are for the dashboard, which needs a terminal or --linear; use `ecrmirror status --filter`"
        )
      }
      let snapshot = try await open().service.snapshot(finishedJobs: 0)
      return StatusTable(snapshot, palette: nil).print(isWide: true)
    }
    let environment = ProcessInfo.processInfo.environment
    let configuration = try Configuration.read(Locations(environment: environment))
    try dashboard.check(configuration.dashboard)
    try await makeStoreIfWanted(environment)
    try await dashboard.open(
      DashboardRequest(
        choice: try choice(environment), environment: environment, configuration: configuration,
        isReadOnly: readOnly, wantsColor: wantsColor, isLinear: linear, view: view, filter: filter))
  }

  var wantsColor: Bool {
    !noColor && (ProcessInfo.processInfo.environment["NO_COLOR"] ?? "").isEmpty
  }

  /// A folder without a store may be a mistyped one: whoever opens the dashboard there is asked.
  private func makeStoreIfWanted(_ environment: [String: String]) async throws {
    let choice = try choice(environment)
    guard choice.stack == nil, !readOnly, Console.isTerminal(0) else { return }
    let folder = try Installation.folder(choice, Locations(environment: environment))
    guard !LocalStore.isThere(folder) else { return }
    Console.write("There is no store in \(folder.cleaned). Create one? [y/N] ", to: 1)
    guard readLine()?.lowercased().hasPrefix("y") ?? false else { throw ExitCode.failure }
    _ = try await open(makesStore: true, takesFilter: true)
  }

  /// - Parameters:
  ///   - makesStore: whether a folder without a store gets one.
  ///   - takesFilter: whether the options of the dashboard mean something here: the parser takes them with any command.
  func open(makesStore: Bool = false, takesFilter: Bool = false) async throws -> Installation {
    if !takesFilter, view != nil || filter != nil {
      throw ValidationError("--view and --filter are for the dashboard; of the commands only status has a --filter")
    }
    let environment = ProcessInfo.processInfo.environment
    let installation = try await Installation.open(
      try choice(environment), environment: environment, readOnly: readOnly, makesStore: makesStore)
    installation.warnings.forEach { Console.note("warning: \($0)") }
    if !readOnly, let why = installation.readOnly {
      Console.note("\(installation.backend.name) is read-only: \(why)")
    }
    return installation
  }

  func choice(_ environment: [String: String]) throws(ValidationError) -> InstallationChoice {
    do {
      return try InstallationChoice(
        folder: folder, stack: stack, region: region, profile: profile, environment: environment)
    } catch {
      throw ValidationError(error.description)
    }
  }

  /// For commands that would make a store, and are to make nothing: where there is none it is as if it were empty.
  func openToLook() async throws -> Installation {
    var look = self
    look.readOnly = true
    return try await look.open(makesStore: true)
  }

  /// For commands that change something.
  func openToChange(makesStore: Bool = false) async throws -> Installation {
    if readOnly {
      throw MirrorError(
        .refused, "--read-only was given: nothing is changed or checked again; `ecrmirror status` shows what is known")
    }
    let installation = try await open(makesStore: makesStore)
    try installation.requireChanges()
    return installation
  }
}

/// What is said of an error: the parser's own words too echo what was typed, which nothing had cleaned.
///
/// - Returns: nil for what is no error, such as a help text, or needs no words.
private func errorWords(_ error: any Error, of command: (some ParsableCommand).Type) -> String? {
  guard !command.exitCode(for: error).isSuccess else { return nil }
  let words = command.fullMessage(for: error)
  return words.isEmpty ? nil : words.cleanedLines + (suggestion(words) ?? "")
}

/// The command that a mistyped one was meant to be, from the parser's words about it.
private func suggestion(_ words: String) -> String? {
  let commands = EcrmirrorCommand.configuration.subcommands.compactMap { $0.configuration.commandName }
  guard let start = words.firstRange(of: "Unexpected argument '"),
    let typed = words[start.upperBound...].split(separator: "'").first,
    let command = String(typed).nearest(in: commands)
  else { return nil }
  return "\nDid you mean '\(command)'?"
}

enum Version {
  /// Goes up with each release; CHANGELOG.md says what came with it.
  static let current = "0.1.0"
}

extension ExitCode {
  /// `check` found something out of step.
  static let drift = ExitCode(3)
}
