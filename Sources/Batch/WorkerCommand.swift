import ArgumentParser
import FoundationEssentials
import Installation
import LocalBackend
import Logging
import Logs

struct WorkerCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "worker",
    abstract: "Work off the queue of an installation on this machine, then end.",
    discussion: "There is one worker for each folder: where one is at work, another ends at once.")

  @OptionGroup var local: LocalOption

  func run() async throws {
    let environment = ProcessInfo.processInfo.environment
    let installation = try Installation.open(folder: local.folder, environment: environment)
    let logger = Logger.program("worker", descriptor: 1, environment: environment)
    let worker = LocalWorker(
      store: installation.store, options: installation.configuration.worker,
      executable: Installation.batchExecutable, logger: logger)
    let worked = try await untilSignalled(logger) { try await worker.run() }
    if !worked { logger.info("another worker is at work already") }
  }
}
