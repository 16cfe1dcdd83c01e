import ArgumentParser
import FoundationEssentials
import Glibc
import Installation
import LocalBackend
import Logging
import Logs
import MirrorCore
import OCIRegistry
import Support

struct JobCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "mirror",
    abstract: "Bring destinations in sync with one source.",
    discussion: """
      Exit codes: 0 done or nothing to do, 1 worth trying again, 2 bad input, 3 refused by a registry. The job's id and \
      attempt are taken from AWS_BATCH_JOB_ID and AWS_BATCH_JOB_ATTEMPT.
      """)

  @OptionGroup var options: InstallationOptions

  @Argument(help: "The source, with a tag or a digest.")
  var source: String

  @Argument(help: "Destinations, separated by commas or spaces; one without a tag gets the source's.")
  var destinations: [String]

  func run() async throws {
    let environment = ProcessInfo.processInfo.environment
    let installation = try await options.open(environment)
    let isQueued = environment[JobWords.id] != nil
    let told = JobOrder(
      source: source, destinations: destinations, environment: environment, otherwise: "by-hand-\(getpid())")
    let order: JobOrder
    do {
      order = try await installation.backend.queue.opened(told)
    } catch let error as MirrorError where error.kind == .invalid {
      Logger.program("mirror", descriptor: 1, isOwnLog: isQueued, environment: environment).error("\(error)")
      throw ExitCode(Int32(Verdict.badInput.rawValue))
    }
    var logger = Logger.program(
      "mirror", descriptor: 1, isOwnLog: isQueued && !order.request.isPack, environment: environment)
    if !order.request.isPack { logger[metadataKey: "source"] = "\(source)" }
    if isQueued { logger[metadataKey: "job"] = "\(order.id)" }
    if let run = order.run { logger[metadataKey: "run"] = "\(run)" }

    var lock: JobLock?
    // AWS Batch itself sees to it that a job runs once at a time.
    if isQueued, case .folder(let store) = installation.kind {
      lock = try await JobLock.enter(store, job: order.id, attempt: order.attempt)
      if lock == nil {
        logger.error("attempt \(order.attempt) of job \(order.id) is no longer the current one; not touching it")
        throw ExitCode(Int32(Verdict.badInput.rawValue))
      }
    }
    var skopeo = installation.skopeo
    // This program: it may have been replaced meanwhile.
    skopeo.tether = "/proc/self/exe"
    if case .folder(let store) = installation.kind { skopeo.blobs = try? store.blobCache() }
    let registries = installation.service.registries
    var job = MirrorJob(
      backend: installation.backend, registries: registries,
      copier: SkopeoCopier(
        skopeo, registries: registries, credentials: installation.credentials,
        policy: { try? SignaturePolicy.read(SignaturePolicy.file(home: environment["HOME"])) },
        paces: installation.paces(logger)), order: order,
      logger: logger)
    job.limits = installation.configuration.worker.limits
    job.newRepositories = installation.service.newRepositories
    let verdict = try await untilSignalled(logger) { [job] in await job.run() }
    try await lock?.leave(exitCode: verdict.rawValue)
    throw ExitCode(Int32(verdict.rawValue))
  }
}

extension Installation {
  /// The pace of each registry that has one, shared with the other jobs of this machine; in AWS it is this job's alone.
  fileprivate func paces(_ logger: Logger) -> [String: SharedPace] {
    var paces: [String: SharedPace] = [:]
    for (registry, limit) in configuration.worker.limits.registries {
      guard let rate = limit.bytesPerSecond else { continue }
      do {
        if case .folder(let store) = kind { paces[registry] = try store.pace(of: registry, bytesPerSecond: rate) }
      } catch {
        logger.warning("the pace of \(registry) cannot be shared with other jobs: \(error)")
      }
      if paces[registry] == nil { paces[registry] = try? SharedPace(file: nil, bytesPerSecond: rate) }
    }
    return paces
  }
}
