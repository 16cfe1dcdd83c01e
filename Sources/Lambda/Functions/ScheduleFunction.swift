import AWSBackend
import FoundationEssentials
import Logging
import MirrorCore
import Support

/// Starts a run: a control job on AWS Batch, unless the last run still works.
///
/// EventBridge may deliver an event twice, even at once. The lease makes deliveries take turns: the first keeps it for
/// the control job, and by the time it ends that job's name tells other deliveries that the first was there.
struct ScheduleFunction: Sendable {
  let history: any History
  let queue: any JobQueue
  let control: ControlQueue
  /// Whether somebody paused the timer.
  let isPaused: @Sendable () async throws -> Bool
  var now: @Sendable () -> Date = { .now }

  /// - Throws: a `FunctionError` naming what still works, for an alarm to see.
  func handle(_ event: [UInt8], _ context: RunLoop.Context) async throws -> [UInt8] {
    let event = try ScheduledEvent(json: event, requestID: context.requestID)
    let name = RunName(event)
    var logger = context.logger
    logger[metadataKey: "run"] = "\(name.run)"
    // The rule of a paused timer is disabled, until an update of the stack puts it anew.
    if event.isTimed, try await isPaused() {
      logger.notice("no run starts: the timer is paused; `ecrmirror timer resume` resumes it")
      return try RunAnswer(run: name.run, job: nil, started: false).encoded()
    }
    // What was submitted is listed by its end; and where the function is killed before it submits, nothing waits longer.
    let own = RunLease.start(
      of: name.run, by: context.requestID, holder: "the schedule function, request \(context.requestID)",
      expires: now() + RunLease.length.seconds)
    let other = try await history.acquire(own)
    let answer: RunAnswer
    do {
      answer = try await start(name, unless: other, logger)
    } catch {
      await giveBack(own)
      throw error
    }
    if answer.started != true { await giveBack(own) }
    return try answer.encoded()
  }

  /// In a task of its own, for this one may be cancelled. Where it fails, the lease ends by itself.
  private func giveBack(_ lease: RunLease) async {
    await Task { try? await history.release(run: lease.run) }.value
  }

  private func start(_ name: RunName, unless lease: RunLease?, _ logger: Logger) async throws -> RunAnswer {
    try await queue.wake()
    async let control = self.control.recent()
    async let jobs = queue.jobs(finished: 0)
    switch RunDecision(name, lease: lease, control: try await control, jobs: try await jobs, at: now()) {
    case .start:
      let job = try await self.control.submit(name.job, name.run)
      logger.info("the run starts", metadata: ["job": "\(job)"])
      return RunAnswer(run: name.run, job: job, started: true)
    case .startedAlready(let job):
      logger.info("another delivery of the event started the run", metadata: ["job": "\(job.id)"])
      return RunAnswer(run: name.run, job: job.id, started: false)
    case .beingStarted:
      logger.info("another delivery of the event is starting the run")
      return RunAnswer(run: name.run, job: nil, started: false)
    case .refuse(let reason):
      throw FunctionError(.runRefused, reason)
    }
  }
}

extension RunAnswer {
  fileprivate func encoded() throws -> [UInt8] { Array(try JSONEncoder().encode(self)) }
}
