import AWSBackend
import FoundationEssentials
import HTTP
import LocalBackend
import MirrorCore
import OCIRegistry
import Support
import TestSupport
import Testing

@testable import Lambda

/// Control jobs as AWS Batch lists them, and the rest of an installation on this machine.
struct ScheduleTests {
  private let folder: TemporaryFolder
  private let backend: Backend
  private let jobs = Lock<[ControlJob]>([])
  private let start = Date.now

  init() throws {
    folder = try TemporaryFolder()
    let store = try LocalStore(folder: folder.path)
    let local = Backend.local(store, worker: WorkerLauncher(executable: "/bin/true"))
    // A lease ends by the clock, which goes on while a busy machine does something else.
    let history = LocalHistory(store) { [start] in start }
    backend = Backend(
      table: local.table, queue: local.queue, history: history, logs: local.logs, automation: local.automation,
      name: local.name)
  }

  private func function(submit fails: (any Error)? = nil, isPaused: Bool = false) -> ScheduleFunction {
    let control = ControlQueue(
      recent: { [jobs] in jobs.withLock(\.self) },
      submit: { [jobs] name, run in
        if let fails { throw fails }
        return jobs.withLock { jobs in
          jobs.append(ControlJob(id: "job-\(jobs.count + 1)", name: name, state: .submitted, created: .now))
          return "job-\(jobs.count)"
        }
      })
    return ScheduleFunction(
      history: backend.history, queue: backend.queue, control: control, isPaused: { isPaused },
      now: { [start] in start })
  }

  private func deliver(_ id: String, request: String = "r", to function: ScheduleFunction? = nil) async throws -> Answer
  {
    let event = #"{"id":"\#(id)","time":"2026-11-23T20:00:00Z"}"#
    let context = RunLoop.Context(requestID: request, deadline: .now + 60, logger: quiet)
    let answer = try await (function ?? self.function()).handle(Array(event.utf8), context)
    return try JSONDecoder().decode(Answer.self, from: Data(answer))
  }

  private struct Answer: Decodable, Equatable {
    var run: String
    var job: String?
    var started: Bool
  }

  private func lease(_ run: String) async throws -> RunLease? {
    try await backend.history.acquire(RunLease(run: run, holder: "a test", expires: RunLease.latestEnd(at: .now) - 1))
  }

  private func end(_ state: JobState) {
    jobs.withLock { jobs in jobs = jobs.map { ControlJob(id: $0.id, name: $0.name, state: state, created: .now) } }
  }

  /// What the control job does.
  private func work(_ run: String) async throws {
    let registries = RegistryClient(transport: CurlTransport(environment: [:]), credentials: AnonymousAccess())
    _ = try await MirrorService(backend: backend, registries: registries).run(id: run, holder: "control job")
  }

  @Test("an event starts one run, with the lease kept for its control job and nobody else")
  func starts() async throws {
    let answer = try await deliver("a")
    #expect(answer.started)
    #expect(answer.job == "job-1")
    #expect(jobs.withLock(\.self).map(\.name) == ["control-\(answer.run)"])
    await #expect(throws: MirrorError.self) { try await work("another") }
    try await work(answer.run)
    #expect(try await lease("next") == nil)
  }

  @Test("a paused timer starts nothing and takes no lease; who asks for a run gets one", arguments: [true, false])
  func paused(isTimed: Bool) async throws {
    let timer = #""source":"aws.events","detail-type":"Scheduled Event","#
    let event = #"{\#(isTimed ? timer : "")"id":"a","time":"2026-11-23T20:00:00Z"}"#
    let context = RunLoop.Context(requestID: "r", deadline: .now + 60, logger: quiet)
    let answer = try await function(isPaused: true).handle(Array(event.utf8), context)
    #expect(try JSONDecoder().decode(Answer.self, from: Data(answer)).started == !isTimed)
    #expect(jobs.withLock(\.count) == (isTimed ? 0 : 1))
    #expect(try await (lease("next") == nil) == isTimed)
  }

  @Test("many deliveries of one event at once start one run, and none of them is an error")
  func deliveriesAtOnce() async throws {
    let answers = try await withThrowingTaskGroup(of: Answer.self) { group in
      for number in 0..<20 { group.addTask { try await deliver("a", request: "r\(number)") } }
      return try await group.reduce(into: []) { $0.append($1) }
    }
    #expect(answers.count { $0.started } == 1)
    #expect(Set(answers.map(\.run)).count == 1)
    #expect(jobs.withLock(\.count) == 1)
  }

  @Test("a delivery that comes later finds what the first one started", arguments: JobState.allCases)
  func laterDelivery(state: JobState) async throws {
    let first = try await deliver("a")
    end(state)
    let known = Answer(run: first.run, job: "job-1", started: false)
    #expect(try await deliver("a", request: "again") == known)
    try await work(first.run)
    #expect(try await deliver("a", request: "later") == known)
    #expect(try await lease("next") == nil)
  }

  @Test("while the last control job lives, the next event is refused and the job named")
  func controlJobLives() async throws {
    let first = try await deliver("a")
    end(.running)
    let error = await #expect(throws: FunctionError.self) { try await deliver("b") }
    #expect(error?.type == "Run.Refused")
    #expect(error?.message.contains("control-\(first.run) (RUNNING)") == true)
    end(.succeeded)
    try await work(first.run)
    #expect(try await deliver("b").started)
  }

  @Test("while jobs of the last run live, the next event is refused and the jobs named; others block nothing")
  func mirrorJobsLive() async throws {
    let requests = [JobOrigin.run, .push, .adhoc].map { origin in
      JobRequest(origin: origin, mirror: "m", source: "r.example/\(origin.rawValue):1", destinations: ["d.example/x:1"])
    }
    let submitted = try await backend.queue.submit(requests)
    let error = await #expect(throws: FunctionError.self) { try await deliver("a") }
    #expect(
      error?.message.contains("1 job of the last run are still active: \(requests[0].jobName) (r.example/run:1") == true
    )
    #expect(try await backend.queue.cancel(submitted[0].get().job.id, reason: "not now"))
    #expect(try await deliver("a").started)
  }

  @Test("while another run holds the lease, the next event is refused and both the holder and its jobs named")
  func leaseHeld() async throws {
    #expect(try await lease("other-run") == nil)
    jobs.withLock { $0 = [ControlJob(id: "job-0", name: "control-other-run", state: .running, created: .now)] }
    let error = await #expect(throws: FunctionError.self) { try await deliver("a") }
    #expect(error?.message.contains("run other-run by a test is still active") == true)
    #expect(error?.message.contains("control-other-run (RUNNING)") == true)
    // The other's lease is still the other's.
    #expect(try await lease("third") != nil)
  }

  @Test("where the control job cannot be submitted, the error is told and the lease given back")
  func submitFails() async throws {
    let function = function(submit: MirrorError(.backend, "Batch is out"))
    await #expect(throws: MirrorError.self) { try await deliver("a", to: function) }
    #expect(try await lease("next") == nil)
  }
}
