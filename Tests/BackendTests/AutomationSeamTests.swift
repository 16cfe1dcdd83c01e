import AWSClient
import FoundationEssentials
import MirrorCore
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

  @Test("Who has no machinery for runs does them alone", arguments: Kind.allCases)
  func ownRun(kind: Kind) async throws {
    #expect(try await Automations.open(kind).automation.startRun() == nil)
  }
}

/// What is wrong with a stack.
struct StackFaultTests {
  @Test("Queues and compute environments that take no work are faults, each with what to do about it")
  func queues() async throws {
    let fixture = try await StackFixture()
    let (mirror, control) = (fixture.settings.mirrorQueue, fixture.settings.controlQueue)
    try await fixture.call(.batch, "UpdateJobQueue", #"{"jobQueue": "\#(mirror)", "state": "DISABLED"}"#)
    try await fixture.call(
      .batch, "UpdateComputeEnvironment", #"{"computeEnvironment": "\#(control)", "state": "DISABLED"}"#)
    let faults = try await fixture.open().status().faults
    #expect(faults.map(\.kind) == [.queue, .compute] && faults.map(\.subject) == [mirror, control])
    #expect(faults.allSatisfy { $0.reason.contains("disabled") && $0.advice.contains("--state ENABLED") })
  }

  @Test("A queue and a rule that are gone are faults")
  func gone() async throws {
    var fixture = try await StackFixture()
    (fixture.settings.mirrorQueue, fixture.settings.timer) = ("nowhere", "no-rule")
    let status = try await fixture.open().status()
    #expect(status.faults.map(\.subject) == ["nowhere", "no-rule"])
    #expect(status.timer == RunTimer())
  }

  @Test("Dead letters are counted")
  func deadLetters() async throws {
    let fixture = try await StackFixture()
    let queue = try #require(fixture.settings.deadLetterQueue)
    for _ in 0..<3 { try await fixture.call(.sqs, "SendMessage", #"{"QueueUrl": "\#(queue)", "MessageBody": "x"}"#) }
    let faults = try await fixture.open().status().faults
    #expect(faults.map(\.kind) == [.deadLetters])
    #expect(faults.first?.reason.hasPrefix("3 messages ") == true)
  }
}
