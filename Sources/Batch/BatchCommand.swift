import ArgumentParser
import Glibc
import Installation
import Support

/// The unattended work: what AWS Batch starts in a container, and what a worker starts on one machine.
@main
struct BatchCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "ecrmirror-batch",
    abstract: "The jobs of ecrmirror: compare digests, copy images, process the queue.",
    subcommands: [ControlCommand.self, JobCommand.self, WorkerCommand.self])

  static func main() async {
    Tether.takeOver(CommandLine.arguments)
    Dumps.forbid()
    BrokenPipe.survive()
    do {
      var command = try await asyncParseAsRoot()
      if var command = command as? any AsyncParsableCommand { try await command.run() } else { try command.run() }
    } catch {
      let code = exitCode(for: error)
      // The parser's own words echo what was typed.
      let words = code.isSuccess ? "" : fullMessage(for: error).cleanedLines
      if words.isEmpty { exit(withError: error) }
      _ = writeAll(words + "\n", to: 2)
      Glibc.exit(code.rawValue)
    }
  }
}

/// Which installation a job belongs to.
struct InstallationOptions: ParsableArguments {
  @Option(name: .customLong("local"), help: "The folder of the installation on this machine.")
  var folder: String?

  @Option(help: "The stack in AWS, by its name; by default ECRMIRROR_STACK.")
  var stack: String?

  /// Whoever starts a job names its folder on purpose.
  func open(_ environment: [String: String]) async throws -> Installation {
    try await Installation.open(
      InstallationChoice(folder: folder, stack: stack, environment: environment), environment: environment,
      makesStore: true, copiesHere: true)
  }
}
