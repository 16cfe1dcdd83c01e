import Foundation
import HTTP
import MirrorCore
import OCIRegistry
import Support
import TestSupport
import Testing

@testable import LocalBackend

/// What a push to a source sets going, on a real table and queue.
struct PushTests {
  private static let digest = "sha256:" + String(repeating: "a", count: 64)
  private let files: TemporaryStore
  private let registry: LoopbackServer
  private let service: MirrorService

  init() throws {
    files = try TemporaryStore()
    // Holds every tag of `app`, and nothing of `copy`.
    registry = try LoopbackServer { request in
      if request.path == "/v2/app/tags/list" { return .answer(200, [], #"{"name":"app","tags":["1.0","1.1","x"]}"#) }
      guard request.path.hasPrefix("/v2/app/manifests/") else { return .answer(404, to: request.method) }
      return .answer(
        200,
        [
          ("Docker-Content-Digest", Self.digest), ("Content-Type", "application/vnd.oci.image.index.v1+json"),
          ("Content-Length", "2"),
        ], "{}", to: request.method)
    }
    service = MirrorService(
      backend: files.idle, registries: RegistryClient(transport: CurlTransport(), credentials: AnonymousAccess()))
  }

  private func push(_ tag: String) async throws -> SweepReport {
    try await service.push(try ImageReference("\(registry.host)/app:\(tag)"))
  }

  private func add(_ source: String, _ destination: String, tags: TagRule? = nil, enabled: Bool = true) async throws {
    try await service.add(
      MirrorEntry(
        source: "\(registry.host)/\(source)", destinations: ["\(registry.host)/\(destination)"], enabled: enabled,
        tags: tags))
  }

  @Test("A push starts one job for the row that names the image, and a second push meanwhile none")
  func oneJob() async throws {
    try await add("app:1.0", "copy")
    try await add("app:1.1", "copy")
    let report = try await push("1.0")
    #expect(report.submissions.map(\.job.source) == ["\(registry.host)/app:1.0"])
    #expect(report.submissions.map(\.job.origin) == [.push])
    #expect(try await push("1.0").submissions.isEmpty)
    #expect(try await files.idle.queue.jobs(finished: 10).count == 1)
  }

  @Test("A source that no active row names is passed over", arguments: ["2.0", "1.1"])
  func ignored(tag: String) async throws {
    try await add("app:1.0", "copy")
    try await add("app:1.1", "copy", enabled: false)
    let report = try await push(tag)
    #expect(report.mirrors == 0)
    #expect(report.submissions.isEmpty)
    #expect(report.skipped.isEmpty)
  }

  @Test("A row with a tag rule takes the tags that the rule selects, and what it knows of others stays")
  func rule() async throws {
    try await add("app", "copy", tags: TagRule(semver: ">=1.0"))
    _ = try await service.check(.all)
    let before = try await service.entry("\(registry.host)/app").observed
    #expect(before.count == 2)
    #expect(try await push("1.1").submissions.map(\.job.source) == ["\(registry.host)/app:1.1"])
    #expect(try await push("x").mirrors == 0)
    #expect(try await service.entry("\(registry.host)/app").observed.count == 2)
  }
}
