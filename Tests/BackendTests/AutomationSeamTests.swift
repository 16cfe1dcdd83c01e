import AWSClient
import FoundationEssentials
import MirrorCore
import Support
import TestSupport
import Testing

@testable import AWSBackend

/// What every installation's automation does.
struct AutomationSeamTests {
  typealias Kind = Automations.Kind

  @Test("An installation that is well has no faults, and says when it starts runs", arguments: Kind.allCases)
  func well(kind: Kind) async throws {
    let open = try await Automations.open(kind)
    let status = try await open.automation.status()
    #expect(status.faults.isEmpty)
    #expect(status.timer.schedule == open.schedule && !status.timer.isPaused)
  }

  @Test("A paused timer is paused for everybody, and a fault, until it goes on", arguments: Kind.allCases)
  func pause(kind: Kind) async throws {
    let open = try await Automations.open(kind)
    // A second time does no harm.
    for _ in 0..<2 { try await open.automation.setTimer(isPaused: true) }
    let paused = try await open.other.status()
    #expect(paused.timer.isPaused && paused.timer.schedule == open.schedule && paused.timer.next == nil)
    #expect(paused.faults.map(\.kind) == [.timer])
    for _ in 0..<2 { try await open.other.setTimer(isPaused: false) }
    let resumed = try await open.automation.status()
    #expect(!resumed.timer.isPaused && resumed.faults.isEmpty)
  }

  @Test("Where nothing starts runs there is no timer, and none can be paused", arguments: Kind.allCases)
  func noTimer(kind: Kind) async throws {
    let open = try await Automations.open(kind, hasTimer: false)
    #expect(try await open.automation.status() == AutomationStatus())
    let error = await #expect(throws: MirrorError.self) { try await open.automation.setTimer(isPaused: true) }
    #expect(error?.kind == .notFound)
    #expect(try await open.automation.status() == AutomationStatus())
  }

  @Test("A run is under way while its lease lives", arguments: Kind.allCases)
  func liveRun(kind: Kind) async throws {
    let open = try await Automations.open(kind)
    let began = try #require(Date(rfc3339: "2026-11-23T20:00:00Z"))
    let run = RunRecord.newID(at: began)
    _ = try await open.history.acquire(
      RunLease(run: run, holder: "ann's machine", expires: RunLease.latestEnd(at: .now) - 1))
    #expect(try await open.automation.status().run == LiveRun(holder: "ann's machine", since: began))
    try await open.history.release(run: run)
    #expect(try await open.automation.status().run == nil)
    _ = try await open.history.acquire(RunLease(run: "died", holder: "ann's machine", expires: .now - 1))
    #expect(try await open.automation.status().run == nil)
  }

  @Test("Who has no machinery for runs does them alone", arguments: Kind.allCases)
  func ownRun(kind: Kind) async throws {
    #expect(try await Automations.open(kind).automation.startRun() == nil)
  }
}

/// What is wrong with a stack.
struct StackFaultTests {
  @Test(
    "Queues and compute environments that take no work are faults, each with what to do about it",
    arguments: Emulator.Engine.allCases)
  func queues(engine: Emulator.Engine) async throws {
    let fixture = try await StackFixture(engine)
    let (mirror, control) = (fixture.settings.mirrorQueue, fixture.settings.controlQueue)
    try await fixture.call(.batch, "UpdateJobQueue", #"{"jobQueue": "\#(mirror)", "state": "DISABLED"}"#)
    try await fixture.call(
      .batch, "UpdateComputeEnvironment", #"{"computeEnvironment": "\#(control)", "state": "DISABLED"}"#)
    let faults = try await fixture.open().status().faults
    #expect(faults.map(\.kind) == [.queue, .compute] && faults.map(\.subject) == [mirror, control])
    #expect(faults.allSatisfy { $0.reason.contains("disabled") && $0.advice.contains("--state ENABLED") })
  }

  @Test("A queue and a rule that are gone are faults", arguments: Emulator.Engine.allCases)
  func gone(engine: Emulator.Engine) async throws {
    var fixture = try await StackFixture(engine)
    (fixture.settings.mirrorQueue, fixture.settings.timer) = ("nowhere", "no-rule")
    let status = try await fixture.open().status()
    #expect(status.faults.map(\.subject) == ["nowhere", "no-rule"])
    #expect(status.timer == RunTimer())
  }

  @Test(
    "A control job is a run in progress from when it was queued; its queue being off, it says how it stands",
    arguments: Emulator.Engine.allCases)
  func controlJob(engine: Emulator.Engine) async throws {
    let fixture = try await StackFixture(engine)
    let (connection, queue) = (fixture.batch.emulator.connection, fixture.settings.controlQueue)
    try await fixture.call(
      .batch, "UpdateComputeEnvironment", #"{"computeEnvironment": "\#(queue)", "state": "DISABLED"}"#)
    let job = try await BatchQueue(connection, fixture.settings, pace: BatchFixture.pace)
      .submitControl(run: "20261123T200000Z-1", name: "control-20261123T200000Z-1")
    let run = try #require(try await fixture.open().status().run)
    #expect(run.holder.hasPrefix("the control job control-20261123T200000Z-1, ") && run.since != nil, "\(run.holder)")
    _ = try await BatchClient(connection).terminate(job, reason: "the test is over")
  }

  @Test("Dead letters are counted", arguments: Emulator.Engine.allCases)
  func deadLetters(engine: Emulator.Engine) async throws {
    let fixture = try await StackFixture(engine)
    let queue = try #require(fixture.settings.deadLetterQueue)
    for _ in 0..<3 { try await fixture.call(.sqs, "SendMessage", #"{"QueueUrl": "\#(queue)", "MessageBody": "x"}"#) }
    let faults = try await fixture.open().status().faults
    #expect(faults.map(\.kind) == [.deadLetters])
    #expect(faults.first?.reason.hasPrefix("3 messages ") == true)
  }
}
