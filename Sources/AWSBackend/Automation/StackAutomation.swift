import AWSClient
import FoundationEssentials
public import MirrorCore
import Support

/// The timer, the schedule function and the machinery of a stack.
public struct StackAutomation: Automation {
  private let stack: String
  private let settings: StackSettings
  private let queue: BatchQueue
  private let history: DynamoHistory
  private let events: EventsClient
  private let functions: LambdaClient
  private let messages: SQSClient
  private let region: String

  init(
    _ stack: String, _ connection: AWSConnection, _ settings: StackSettings, _ queue: BatchQueue,
    _ history: DynamoHistory
  ) {
    self.stack = stack
    self.settings = settings
    self.queue = queue
    self.history = history
    events = EventsClient(connection)
    functions = LambdaClient(connection)
    messages = SQSClient(connection)
    region = connection.endpoints.region
  }

  /// Some ten requests, of which two cost anything: half a read unit, and a whole one.
  public var pace: Duration { .seconds(60) }

  public func status() async throws -> AutomationStatus {
    async let timer = timerAndFaults()
    async let queues = seen("the job queues") { () async throws(AWSError) in try await queue.faults() }
    async let letters = seen("the dead letters") { () async throws(AWSError) in try await deadLetters() }
    async let run = runAndFaults()
    let ((timerNow, paused), (runNow, stuck)) = try await (timer, run)
    let faults = try await [queues, stuck, paused, letters].flatMap(\.self)
    return AutomationStatus(timer: timerNow, run: runNow, faults: faults.sorted { $0.kind < $1.kind })
  }

  // MARK: - The timer

  public func setTimer(isPaused: Bool) async throws {
    guard let rule = settings.timer else {
      throw MirrorError(.notFound, "the stack \(stack) has no timer: its parameter Schedule is none")
    }
    // What holds is the pause; the rule's state saves calls of the function. What fails in between leaves it paused.
    if isPaused { try await history.setPause(true) }
    do {
      try await events.setRule(rule, isEnabled: !isPaused)
    } catch {
      throw error.meaning(forJobsIn: region)
    }
    if !isPaused { try await history.setPause(false) }
  }

  private func timerAndFaults() async throws -> (RunTimer, [Fault]) {
    guard let rule = settings.timer else { return (RunTimer(), []) }
    var timer = RunTimer()
    let faults = try await seen("the timer") { () async throws(AWSError) in
      guard let found = try await events.rule(rule) else { return [Fault.gone(rule)] }
      timer = RunTimer(found)
      // Whatever is wrong with the table itself, or with a look at it, what reads the lease tells.
      let isHeld = (try? await history.hasPause()) ?? false
      timer.isPaused = timer.isPaused || isHeld
      return timer.isPaused ? [Fault.paused(rule)] : []
    }
    return (timer, faults)
  }

  // MARK: - Runs

  /// A control job that has not ended; and one that works elsewhere, on somebody's own machine, say, by its lease.
  private func runAndFaults() async throws -> (LiveRun?, [Fault]) {
    var run: LiveRun?
    let faults = try await seen("the run in progress") { () async throws(AWSError) in
      let job = try await queue.listControlJobs().first { $0.state.isLive }
      run = if let job { LiveRun(job) } else { try await lease().map(LiveRun.init) }
      return job.flatMap { Fault.stuck($0, now: .now) }.map { [$0] } ?? []
    }
    return (run, faults)
  }

  /// Whatever is wrong with the table itself, everything that reads history tells.
  private func lease() async throws(AWSError) -> RunLease? {
    do {
      return try await history.liveLease()
    } catch  where error.isAccessDenied {
      throw error
    } catch {
      return nil
    }
  }

  public func startRun() async throws -> StartedRun? {
    guard let function = settings.scheduleFunction else { return nil }
    // As EventBridge sends it, of which the function takes the run's name.
    let event = try JSONEncoder().encode(RunEvent())
    let answer: LambdaClient.Answer
    do {
      answer = try await functions.invoke(function, payload: Array(event))
    } catch {
      throw error.meaning(forJobsIn: region)
    }
    switch answer {
    case .result(let body):
      guard let started = try? JSONDecoder().decode(RunAnswer.self, from: Data(body)) else {
        throw MirrorError(
          .backend,
          "the function \(function.bounded) gave an answer that this version does not understand; update the stack")
      }
      return StartedRun(run: started.run.bounded, job: started.job?.bounded)
    case .failure(FunctionErrorType.runRefused.rawValue, let message): throw MirrorError(.refused, message)
    case .failure(let type, let message):
      throw MirrorError(.backend, "the function \(function.bounded) failed: \(message) (\(type)); see its log")
    }
  }

  // MARK: - What is wrong

  private func deadLetters() async throws(AWSError) -> [Fault] {
    guard let url = settings.deadLetterQueue else { return [] }
    return Fault.deadLetters(try await messages.messages(in: url), in: url).map { [$0] } ?? []
  }

  /// Who may not look at one thing sees the others all the same.
  private func seen(_ what: String, _ look: () async throws(AWSError) -> [Fault]) async throws -> [Fault] {
    do throws(AWSError) {
      return try await look()
    } catch  where error.isAccessDenied {
      return [.unseen(what, error)]
    } catch {
      throw error.meaning(forJobsIn: region)
    }
  }
}
