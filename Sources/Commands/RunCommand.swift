import ArgumentParser
import FoundationEssentials
import Glibc
import Installation
import LocalBackend
import Logging
import Logs
import MirrorCore
import ServiceLifecycle
import Support

struct RunCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run", abstract: "Mirror unattended on this machine.",
    discussion: """
      A run checks every mirror and queues a job for each one out of sync. One run at a time: while another one, or \
      a job of the last one, is still active, a run is refused with the reason. SIGTERM ends it; jobs continue.
      """)

  @ParentCommand var ecrmirror: EcrmirrorCommand

  @Flag(help: "One run, then wait for its jobs and exit. This is the default.")
  var once = false

  @Option(help: "A run at each interval, as in 15m or 1h, until SIGTERM.", transform: interval)
  var every: Duration?

  @Flag(help: "With --once: do not wait for the jobs.")
  var noWait = false

  @Flag(
    help:
      "First break the lease of another run, and say who holds it and whether that process is alive. A run that is alive continues beside this one."
  )
  var breakLease = false

  func validate() throws {
    if once && every != nil { throw ValidationError("Give --once or --every, not both.") }
    if noWait && every != nil { throw ValidationError("--no-wait requires --once.") }
  }

  func run() async throws {
    let installation = try await ecrmirror.openToChange(makesStore: true)
    let logger = Logger.program("run", descriptor: 2, environment: ProcessInfo.processInfo.environment)
    let runner = Runner(service: installation.service, logger: logger)
    if breakLease { try await runner.breakLease() }
    if let every {
      // A stack has a timer of its own.
      let keeper: LocalTimekeeper? =
        if case .folder(let store) = installation.kind { LocalTimekeeper(store, every: every) } else { nil }
      try await untilSignalled(logger) { try await runner.repeatedly(every, keeper) }
    } else {
      let failed = try await untilSignalled(logger) { [noWait] in try await runner.once(wait: !noWait) }
      if failed { throw ExitCode.failure }
    }
  }
}

private func interval(_ text: String) throws -> Duration {
  guard let duration = Duration(text: text), duration >= .seconds(1), duration <= .seconds(366 * 86400) else {
    throw ValidationError("'\(text.cleaned)' is not an interval; use for example 90s, 15m or 1h, at least 1s.")
  }
  return duration
}

private struct Runner: Sendable {
  let service: MirrorService
  let logger: Logger

  private var holder: String { RunHolder.current("ecrmirror run").description }

  func breakLease() async throws {
    let broken = try await service.breakLease { lease, standing in
      logger.notice(
        "run \(lease.run.cleaned) by \(lease.holder.cleaned) holds the lease until \(lease.expires.rfc3339); \(standing.sentence)"
      )
    }
    logger.notice(broken == nil ? "no run holds the lease" : "its lease is broken")
  }

  /// - Returns: whether something failed.
  func once(wait: Bool) async throws -> Bool {
    try await cancelWhenGracefulShutdown {
      let report = try await sweep()
      // Runs leave alone what is blocked.
      let isWhole = !report.hasGaps && report.found[.blocked, default: 0] == 0
      guard wait else { return !isWhole }
      let failed = try await JobWait(service.backend).untilDone(report.submissions.map(\.job))
      return failed > 0 || !isWhole
    }
  }

  /// A run that was refused or failed is tried again so soon, where the interval is longer.
  private static let secondTry = Duration.seconds(60)

  /// One run after another, each begun at a multiple of the interval after the first. A refused or failed run is logged
  /// and tried again: the lease of a run that was killed ends within a minute.
  ///
  /// While somebody paused the timer, turns are left out.
  func repeatedly(_ interval: Duration, _ keeper: LocalTimekeeper?) async throws {
    try? await cancelWhenGracefulShutdown {
      var next = ContinuousClock.now
      var isPaused = false
      while true {
        var pause = interval
        do {
          try await keeper?.announce(next: .now)
          let wasPaused = isPaused
          isPaused = try await keeper?.isPaused() ?? false
          if isPaused != wasPaused {
            logger.notice(
              isPaused ? "the timer was paused: no run starts until it is resumed" : "the timer was resumed")
          }
          if !isPaused { _ = try await sweep() }
        } catch is CancellationError {
          return
        } catch {
          logger.error("\(error)")
          pause = min(interval, Self.secondTry)
        }
        repeat { next += pause } while next < .now
        try? await keeper?.announce(next: .now + (next - .now).seconds)
        try await Task.sleep(until: next, clock: .continuous)
      }
    }
    try? await keeper?.end()
    logger.info("stopping as asked; running jobs continue")
  }

  private func sweep() async throws -> SweepReport {
    let id = RunRecord.newID()
    let (record, report) = try await service.run(id: id, holder: holder)
    for skipped in report.skipped {
      logger.warning("skipped: \(skipped.reason)", metadata: ["source": "\(skipped.source)"])
    }
    logger.info(
      "\(report.summary)", metadata: ["run": "\(id)", "took": "\(record.finished.since(record.started).brief)"])
    return report
  }
}
