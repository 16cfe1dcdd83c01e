import AWSClient
import Foundation
import HTTP
import LocalBackend
import MirrorCore
import OCIRegistry
import TestSupport
import Testing

@testable import AWSBackend

/// Sweeps over a table in DynamoDB.
struct DynamoSweepTests {
  private static let digest = "sha256:" + String(repeating: "a", count: 64)
  private let files: DynamoFixture
  private let folder: TemporaryFolder
  private let registry: LoopbackServer
  private let service: MirrorService

  init() async throws {
    files = try DynamoFixture()
    try await files.makeTables()
    folder = try TemporaryFolder()
    // Has every tag of `app`, two thousand of them by name, and nothing else.
    registry = try LoopbackServer { request in
      if request.path.hasPrefix("/v2/app/tags/list") {
        let tags = (0..<2000).map { "\"1.0.\($0)\"" }.joined(separator: ",")
        return .answer(200, [], #"{"name":"app","tags":[\#(tags)]}"#)
      }
      guard request.path.hasPrefix("/v2/app/manifests/") else { return .answer(404, to: request.method) }
      return .answer(
        200,
        [
          ("Docker-Content-Digest", Self.digest), ("Content-Type", "application/vnd.oci.image.index.v1+json"),
          ("Content-Length", "2"),
        ], "{}", to: request.method)
    }
    let (table, history) = files.open()
    let local = Backend.local(
      try LocalStore(folder: folder.path), worker: WorkerLauncher(executable: "/bin/true"))
    service = MirrorService(
      backend: Backend(
        table: table, queue: local.queue, history: history, logs: local.logs, automation: local.automation, name: "test"
      ),
      registries: RegistryClient(transport: CurlTransport(), credentials: AnonymousAccess()))
  }

  @Test(
    "A row too full to keep what was seen is reported, one that cannot be read as well, and all others are looked at")
  func fullRow() async throws {
    let host = registry.host
    for tag in ["1.0", "1.1"] {
      try await service.add(MirrorEntry(source: "\(host)/app:\(tag)", destinations: ["\(host)/copy"]))
    }
    try await files.put([
      "Source": .string("\(host)/app:full"), "Destination": .string("\(host)/copy"), "Observed": .map([:]),
      "Notes": .string(String(repeating: "x", count: 409_400)),
    ])
    try await files.put(["Source": .string("\(host)/app:bad"), "Destination": .number("1")])
    let report = try await service.check(.all)
    #expect(report.found == [.missing: 3])
    #expect(report.skipped.map(\.source).sorted() == ["\(host)/app:bad", "\(host)/app:full"])
    #expect(!report.isClean)
    let full = report.skipped.first { $0.source.hasSuffix("full") }
    #expect(
      full?.reason.hasPrefix("its state cannot be stored in its row: DynamoDB refused UpdateItem") == true)
    let seen = try await service.entry("\(host)/app:1.0").observed
    #expect(seen["\(host)/copy:1.0"]?.state == .missing)
    #expect(try await service.backend.history.lastSweep() != nil)
  }

  @Test(
    "A tag rule of 2,000 tags keeps what was seen of each, and a second look writes nothing", .timeLimit(.minutes(15)))
  func manyTags() async throws {
    let host = registry.host
    try await service.add(MirrorEntry(source: "\(host)/app", destinations: ["\(host)/copy"], tags: TagRule()))
    let report = try await service.check(.all)
    #expect(report.found == [.missing: 2000])
    #expect(report.skipped == [])
    let seen = try await service.entry("\(host)/app").observed
    #expect(seen.count == 2000 && seen.values.allSatisfy { $0.state == .missing })
    #expect(try await service.snapshot().summary == [.missing: 2000])
    let before = try await service.backend.table.revision()
    #expect(try await service.check(.all).changed == 0)
    #expect(try await service.backend.table.revision() == before)
  }

  @Test("A second look at what did not change writes nothing")
  func quiet() async throws {
    let host = registry.host
    try await service.add(MirrorEntry(source: "\(host)/app:1.0", destinations: ["\(host)/app:x"]))
    #expect(try await service.check(.all).changed == 1)
    let before = try await service.backend.table.revision()
    let again = try await service.check(.all)
    #expect(again.changed == 0 && again.found == [.inSync: 1])
    #expect(try await service.backend.table.revision() == before)
    // A look at this one row leaves no record but in the row.
    let single = try await service.check(.sources(["\(host)/app:1.0"]))
    #expect(single.changed == 0)
    #expect(try await service.backend.table.revision() != before)
  }
}
