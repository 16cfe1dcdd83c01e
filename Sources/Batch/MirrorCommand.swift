import ArgumentParser
import FoundationEssentials
import Glibc
import Installation
import LocalBackend
import Logging
import Logs
import MirrorCore

struct MirrorCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "mirror",
    abstract: "Bring destinations in step with one source.",
    discussion: """
      Exit codes: 0 done or nothing to do, 1 worth trying again, 2 bad input, 3 refused by a registry. The job's id and \
      attempt are taken from AWS_BATCH_JOB_ID and AWS_BATCH_JOB_ATTEMPT.
      """)

  @OptionGroup var options: InstallationOptions

  @Argument(help: "The source, with a tag or a digest.")
  var source: String

  @Argument(help: "Destinations, separated by commas or spaces; one without a tag takes the source's.")
  var destinations: [String]

  func run() async throws {
    let environment = ProcessInfo.processInfo.environment
    let installation = try await options.open(environment)
    let queued = environment["AWS_BATCH_JOB_ID"]
    let attempt = environment["AWS_BATCH_JOB_ATTEMPT"].flatMap { Int($0) } ?? 1
    let run = environment["ECRMIRROR_RUN"]
    var logger = Logger.program("mirror", descriptor: 1, isOwnLog: queued != nil, environment: environment)
    logger[metadataKey: "source"] = "\(source)"
    if let queued { logger[metadataKey: "job"] = "\(queued)" }
    if let run { logger[metadataKey: "run"] = "\(run)" }

    var lock: JobLock?
    // AWS Batch itself sees to it that a job runs once at a time.
    if let queued, case .folder(let store) = installation.place {
      lock = try await JobLock.enter(store, job: queued, attempt: attempt)
      if lock == nil {
        logger.error("attempt \(attempt) of job \(queued) is not the current one any more; leaving it alone")
        throw ExitCode(Int32(Verdict.badInput.rawValue))
      }
    }
    var skopeo = installation.skopeo
    // This program: it may have been replaced meanwhile.
    skopeo.tether = "/proc/self/exe"
    let job = MirrorJob(
      backend: installation.backend, registries: installation.service.registries,
      credentials: installation.credentials, skopeo: skopeo,
      identity: MirrorJob.Identity(
        id: queued ?? "by-hand-\(getpid())", attempt: attempt,
        origin: environment["ECRMIRROR_ORIGIN"].flatMap(JobOrigin.init(rawValue:)) ?? .adhoc,
        run: run, mirror: environment["ECRMIRROR_MIRROR"]),
      logger: logger)
    let all = destinations.flatMap { $0.split(whereSeparator: { $0 == "," || $0 == " " }).map(String.init) }
    let verdict = try await untilSignalled(logger) { [source] in await job.run(source: source, destinations: all) }
    try await lock?.leave(exitCode: verdict.rawValue)
    throw ExitCode(Int32(verdict.rawValue))
  }
}
