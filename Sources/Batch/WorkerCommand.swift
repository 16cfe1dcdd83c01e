import ArgumentParser
import FoundationEssentials
import Installation
import LocalBackend
import Logging
import Logs

struct WorkerCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "worker",
    abstract: "Process the queue of an installation on this machine, then exit.",
    discussion: "There is one worker for each folder: if one is running, another exits immediately.")

  @Option(name: .customLong("local"), help: "The folder of the installation on this machine.")
  var folder: String?

  func run() async throws {
    let environment = ProcessInfo.processInfo.environment
    let choice = try InstallationChoice(folder: folder, environment: environment)
    let installation = try await Installation.open(choice, environment: environment)
    guard case .folder(let store) = installation.kind else {
      throw ValidationError("A stack has no worker of its own: AWS Batch runs its jobs. Give --local.")
    }
    let logger = Logger.program("worker", descriptor: 1, environment: environment)
    installation.warnings.forEach { logger.warning("\($0)") }
    let worker = LocalWorker(
      store: store, options: installation.configuration.worker,
      executable: Installation.batchExecutable, logger: logger)
    let worked = try await untilSignalled(logger) { try await worker.run() }
    if !worked { logger.info("another worker is already running") }
  }
}
