import ArgumentParser

/// The unattended work: what AWS Batch starts in a container, and what a worker starts on one machine.
@main
struct BatchCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "ecrmirror-batch",
    abstract: "The jobs of ecrmirror: compare digests, copy images, work off the queue.",
    subcommands: [ControlCommand.self, MirrorCommand.self, WorkerCommand.self])
}

struct LocalOption: ParsableArguments {
  @Option(name: .customLong("local"), help: "The folder of the installation on this machine.")
  var folder: String?
}
