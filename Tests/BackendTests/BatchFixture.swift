import AWSClient
import Foundation
import MirrorCore
import Support
import TestSupport

@testable import AWSBackend

/// Job queues, job definitions and a history table of their own on an emulator.
struct BatchFixture {
  /// An emulator whose waits pass a hundred times faster, so that time-outs and grace periods are seen.
  static let hasty = Result { try Emulator() }

  static func hastyEmulator() async throws -> Emulator {
    let emulator = try hasty.get()
    try await emulator.control("POST", "settings", #"{"time_scale": 100}"#)
    return emulator
  }

  /// Short waits.
  static let pace = Pace(
    poll: .milliseconds(20), lookAgain: .milliseconds(50), submissions: 10_000, freshness: .zero, progress: .zero)

  let emulator: Emulator
  let settings: StackSettings
  let batch: BatchClient
  let tables: DynamoFixture

  /// - Parameters:
  ///   - script: what a mirror job runs in a shell; its arguments are those of the mirror job.
  ///   - fits: whether jobs find room, or wait for ever.
  ///   - timeout: of an attempt, in the emulator's time.
  init(
    _ emulator: Emulator, script: String = "true", fits: Bool = true, timeout: Duration = .seconds(36_000)
  ) async throws {
    self.emulator = emulator
    tables = try DynamoFixture(emulator)
    batch = BatchClient(emulator.connection)
    let id = UUID().uuidString.lowercased()
    settings = StackSettings(
      mirrorTable: tables.mirrors, historyTable: tables.past, mirrorQueue: "mirror-\(id)",
      controlQueue: "control-\(id)", mirrorJob: "mirror-\(id)", controlJob: "control-\(id)", logGroup: "/aws/batch/job")
    try await tables.makeTables()
    for queue in [settings.mirrorQueue, settings.controlQueue] { try await makeQueue(queue, vcpus: fits ? 64 : 0) }
    try await define(
      settings.mirrorJob, ["sh", "-c", script, "ecrmirror-batch", "mirror", "--", "Ref::source", "Ref::dest"],
      vcpus: fits ? 1 : 2, timeout: timeout)
    try await define(settings.controlJob, ["sh", "-c", "true"], vcpus: 1, timeout: timeout)
  }

  private func makeQueue(_ name: String, vcpus: Int) async throws {
    let place = emulator.place
    let role = place.serviceRole.map { #""serviceRole": "\#($0)","# } ?? ""
    try await call(
      "CreateComputeEnvironment",
      """
      {"computeEnvironmentName": "\(name)", "type": "MANAGED", "state": "ENABLED", \(role) "computeResources":
        {"type": "FARGATE", "maxvCpus": \(vcpus), "subnets": ["\(place.subnet)"],
         "securityGroupIds": ["\(place.securityGroup)"]}}
      """)
    try await call(
      "CreateJobQueue",
      """
      {"jobQueueName": "\(name)", "priority": 1, "state": "ENABLED",
       "computeEnvironmentOrder": [{"order": 1, "computeEnvironment": "\(name)"}]}
      """)
  }

  /// With the rules for another attempt that the stack has.
  private func define(_ name: String, _ command: [String], vcpus: Int, timeout: Duration) async throws {
    let words = String(decoding: try JSONEncoder().encode(command), as: UTF8.self)
    try await call(
      "RegisterJobDefinition",
      """
      {"jobDefinitionName": "\(name)", "type": "container", "timeout": {"attemptDurationSeconds": \(Int(timeout.seconds))},
       "retryStrategy": {"attempts": 3, "evaluateOnExit": [
         {"onStatusReason": "Host EC2*", "action": "RETRY"},
         {"onStatusReason": "Your Spot Task was interrupted*", "action": "RETRY"},
         {"onExitCode": "2", "action": "EXIT"}, {"onExitCode": "3", "action": "EXIT"}]},
       "containerProperties": {"image": "mirror:1", "command": \(words), "resourceRequirements":
         [{"type": "VCPU", "value": "\(vcpus)"}, {"type": "MEMORY", "value": "\(vcpus * 2048)"}]}}
      """)
  }

  private func call(_ operation: String, _ input: String) async throws {
    let client = ServiceClient(.batch, emulator.connection)
    _ = try await client.send(.init(operation, path: "/v1/\(operation.lowercased())"), body: Array(input.utf8))
  }

  /// The queue as a process of its own has it.
  func queue(_ pace: Pace = BatchFixture.pace) -> BatchQueue {
    BatchQueue(emulator.connection, settings, pace: pace)
  }

  /// Every job that was ever submitted for mirrors.
  func all() async throws -> [BatchClient.JobSummary] {
    var jobs: [BatchClient.JobSummary] = []
    var token: String?
    repeat {
      let page = try await batch.jobs(in: settings.mirrorQueue, .createdAfter(0), after: token)
      jobs += page.jobs
      token = page.next
    } while token != nil
    return jobs
  }

  func reservation(_ source: String) async throws -> Reservation? {
    let table = ReservationTable(dynamo: tables.dynamo, table: settings.historyTable)
    return try await table.read([source])[source]
  }

  /// Leaves a reservation as another submitter would.
  func reserve(_ source: String, _ reservation: Reservation) async throws {
    let table = ReservationTable(dynamo: tables.dynamo, table: settings.historyTable)
    let old = try await table.read([source])[source]
    guard try await table.write([.init(source: source, old: old, new: reservation)]) else { throw CancellationError() }
  }
}

extension JobQueue {
  func submitted(_ requests: [JobRequest]) async throws -> [Submission] {
    try await submit(requests).map { try $0.get() }
  }

  /// The job, once it has ended.
  func ended(_ id: String) async throws -> Job {
    try await waitFor("job \(id) to end") {
      guard let job = try await job(id), !job.state.isLive else { return nil }
      return job
    }
  }
}

func request(_ source: String, _ origin: JobOrigin = .adhoc, run: String? = nil) -> JobRequest {
  JobRequest(
    origin: origin, mirror: "\(source)-row", source: source, destinations: ["d.example/x:1", "e.example/x:1"], run: run)
}

extension BatchFixture {
  func logs(_ queue: BatchQueue) -> CloudWatchJobLogs { CloudWatchJobLogs(emulator.connection, queue) }
}
