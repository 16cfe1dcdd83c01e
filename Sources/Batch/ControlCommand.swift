import ArgumentParser
import FoundationEssentials
import Glibc
import Installation
import Logging
import Logs
import MirrorCore
import ServiceLifecycle

struct ControlCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "control",
    abstract: "Compare digests and submit a mirror job for each mirror that drifted.",
    discussion: "Without SOURCE this is a run: one at a time, refused while jobs of the last one are still active.")

  @OptionGroup var options: InstallationOptions

  @Option(help: "The run's id; by default ECRMIRROR_RUN. Its jobs are marked with it.")
  var run: String?

  @Argument(help: "Check only the mirror of this source.")
  var source: String?

  func run() async throws {
    let environment = ProcessInfo.processInfo.environment
    let installation = try await options.open(environment)
    var logger = Logger.program("control", descriptor: 1, environment: environment)
    let job = environment[JobWords.id]
    if let job { logger[metadataKey: "job"] = "\(job)" }
    let service = installation.service
    if let source {
      logger[metadataKey: "source"] = "\(source)"
      let report = try await untilSignalled(logger) {
        try await cancelWhenGracefulShutdown { try await service.mirror(.sources([source])) }
      }
      logger.info("done: \(report.summary)")
      return
    }
    let id = run ?? environment[JobWords.run] ?? RunRecord.newID()
    logger[metadataKey: "run"] = "\(id)"
    let holder = "control job \(job ?? "process \(getpid())")"
    let (_, report) = try await untilSignalled(logger) {
      try await cancelWhenGracefulShutdown { try await service.run(id: id, holder: holder) }
    }
    for skipped in report.skipped {
      logger.warning("skipped: \(skipped.reason)", metadata: ["source": "\(skipped.source)"])
    }
    logger.info("done: \(report.summary)")
  }
}
