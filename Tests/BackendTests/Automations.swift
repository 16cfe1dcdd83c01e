import AWSClient
import Foundation
import HTTP
import LocalBackend
import MemoryBackend
import MirrorCore
import TestSupport
import Testing

@testable import AWSBackend

/// The automation of an installation of its own, on one of the backends.
struct Automations {
  enum Kind: String, CaseIterable, CustomTestStringConvertible {
    case memory
    case local
    case stack
    case moto
    var testDescription: String { rawValue }
  }

  let automation: any Automation
  /// As another process has it.
  let other: any Automation
  /// Where runs take their lease.
  let history: any History
  /// What `schedule` then says.
  let schedule: String
  private let keeper: LocalTimekeeper?
  private let folder: TemporaryFolder?

  /// - Parameter hasTimer: whether something starts runs.
  static func open(_ kind: Kind, hasTimer: Bool = true) async throws -> Automations {
    switch kind {
    case .memory: memory(hasTimer)
    case .local: try await local(hasTimer)
    case .stack: try await stack(.emulator, hasTimer)
    case .moto: try await stack(.moto, hasTimer)
    }
  }

  private static func memory(_ hasTimer: Bool) -> Automations {
    let installation = MemoryInstallation(schedule: hasTimer ? "every 15m" : nil)
    return Automations(
      automation: installation.backend.automation, other: installation.backend.automation,
      history: installation.backend.history, schedule: "every 15m", keeper: nil, folder: nil)
  }

  private static func local(_ hasTimer: Bool) async throws -> Automations {
    let folder = try TemporaryFolder()
    let open: () throws -> Backend = {
      let launcher = WorkerLauncher(executable: "/bin/true")
      return Backend.local(try LocalStore(folder: folder.path), worker: launcher, skopeo: "/bin/true")
    }
    let keeper = LocalTimekeeper(try LocalStore(folder: folder.path), every: .seconds(900))
    if hasTimer { try await keeper.announce(next: .now + 900) }
    return Automations(
      automation: try open().automation, other: try open().automation, history: try open().history,
      schedule: "every 15m", keeper: keeper, folder: folder)
  }

  private static func stack(_ engine: Emulator.Engine, _ hasTimer: Bool) async throws -> Automations {
    let fixture = try await StackFixture(engine, hasTimer: hasTimer)
    return Automations(
      automation: fixture.open(), other: fixture.open(), history: fixture.history, schedule: "rate(1 hour)",
      keeper: nil, folder: nil)
  }
}

/// Queues, a rule and a queue of dead letters on the emulator.
struct StackFixture {
  let batch: BatchFixture
  var settings: StackSettings

  init(_ engine: Emulator.Engine = .emulator, hasTimer: Bool = true) async throws {
    batch = try await BatchFixture(Emulator.shared(engine))
    settings = batch.settings
    let id = UUID().uuidString.lowercased()
    settings.deadLetterQueue = try await makeQueue("dead-\(id)")
    if hasTimer {
      settings.timer = "timer-\(id)"
      try await call(.events, "PutRule", #"{"Name": "timer-\#(id)", "ScheduleExpression": "rate(1 hour)"}"#)
    }
  }

  private func makeQueue(_ name: String) async throws -> String {
    struct Made: Decodable { let QueueUrl: String }
    let body = try await call(.sqs, "CreateQueue", #"{"QueueName": "\#(name)"}"#)
    return try JSONDecoder().decode(Made.self, from: Data(body)).QueueUrl
  }

  var history: DynamoHistory {
    let dynamo = DynamoDBClient(batch.emulator.connection)
    return DynamoHistory(dynamo, settings.historyTable, Revisions(dynamo, settings.historyTable))
  }

  func open() -> StackAutomation {
    let connection = batch.emulator.connection
    return StackAutomation(
      "test", connection, settings, BatchQueue(connection, settings, pace: BatchFixture.pace), history)
  }

  @discardableResult
  func call(_ service: AWSService, _ operation: String, _ input: String) async throws -> [UInt8] {
    let path = service == .batch ? "/v1/\(operation.lowercased())" : "/"
    return try await ServiceClient(service, batch.emulator.connection)
      .send(.init(operation, path: path), body: Array(input.utf8)).body
  }
}
