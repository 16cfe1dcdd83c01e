import FoundationEssentials
import HTTP
import LocalBackend
import MirrorCore
import OCIRegistry
import Support
import TestSupport
import Testing

@testable import Lambda

/// The push function over an installation on this machine and a registry that has every image asked for.
struct PushTests {
  private let folder: TemporaryFolder
  private let service: MirrorService
  private let registry: LoopbackServer

  private static let a = "sha256:" + String(repeating: "0a", count: 32)
  private static let b = "sha256:" + String(repeating: "0b", count: 32)

  init() throws {
    folder = try TemporaryFolder()
    // Below `broken/` nothing can be seen; below `copy/` is another image.
    registry = try LoopbackServer { request in
      if request.path.contains("/broken/") { return .answer(500, to: request.method) }
      if request.path.hasSuffix("/tags/list") { return .answer(200, [], #"{"tags":["1.0","1.1","2.0","edge"]}"#) }
      let digest = request.path.contains("/copy/") ? Self.b : Self.a
      return .answer(
        200,
        [
          ("Docker-Content-Digest", digest), ("Content-Type", "application/vnd.oci.image.index.v1+json"),
          ("Content-Length", "7143"),
        ], to: request.method)
    }
    let quick = Backoff(base: .milliseconds(1), limit: .milliseconds(1))
    service = MirrorService(
      backend: .local(try LocalStore(folder: folder.path), worker: WorkerLauncher(executable: "/bin/true")),
      registries: RegistryClient(
        transport: CurlTransport(environment: [:]), credentials: AnonymousAccess(),
        configuration: RegistryConfiguration(retry: HTTPRetryPolicy(attempts: 1, backoff: quick))))
  }

  private func add(_ source: String, tags: TagRule? = nil, enabled: Bool = true) async throws {
    // A destination belongs to one row.
    let place = source.hasPrefix("broken/") ? "there" : "here"
    let entry = MirrorEntry(
      source: "\(registry.host)/\(source)", destinations: ["\(registry.host)/copy/\(place)"], enabled: enabled,
      tags: tags)
    try await service.add(entry)
  }

  /// - Returns: the messages that come again.
  private func deliver(_ bodies: [(id: String, body: String)]) async throws -> [String] {
    let records = bodies.map { ["messageId": $0.id, "body": $0.body] }
    let function = PushFunction(mirror: { [service] in try await service.push($0) })
    let answer = try await function.handle(
      Array(try JSONEncoder().encode(["Records": records])),
      RunLoop.Context(requestID: "r", deadline: .now + 60, logger: quiet))
    struct Failures: Decodable { var batchItemFailures: [[String: String]] }
    return try JSONDecoder().decode(Failures.self, from: Data(answer)).batchItemFailures.compactMap {
      $0["itemIdentifier"]
    }
  }

  private func push(_ sources: String...) async throws -> [String] {
    try await deliver(
      sources.enumerated().map { ("\($0.offset)", #"{"source":"\#(registry.host)/\#($0.element)"}"#) })
  }

  private func jobs() async throws -> [String] {
    try await service.backend.queue.jobs(finished: 10).map {
      "\($0.origin) \($0.source.dropFirst(registry.host.count))"
    }
    .sorted()
  }

  @Test("a burst for one source starts one job, and the same again starts no other")
  func burst() async throws {
    try await add("app:1.0")
    #expect(try await push("app:1.0", "app:1.0", "app:1.0") == [])
    #expect(try await push("app:1.0") == [])
    #expect(try await jobs() == ["push /app:1.0"])
  }

  @Test("sources that no row names, and rows that are off, start nothing and fail nothing")
  func unknown() async throws {
    try await add("app:1.0")
    try await add("off:1.0", enabled: false)
    #expect(try await push("app:2.0", "other:1.0", "off:1.0") == [])
    #expect(try await jobs() == [])
    #expect(registry.requests.isEmpty)
  }

  @Test("of a row with a rule, only the pushed tag is mirrored, and what is known of the others stays")
  func rule() async throws {
    try await add("app", tags: TagRule(semver: ">=1.0", latest: 2))
    _ = try await service.check(.all)
    let known = try await service.entry("\(registry.host)/app").observed
    #expect(known.count == 2)
    #expect(try await push("app:2.0", "app:1.0", "app:edge") == [])
    #expect(try await jobs() == ["push /app:2.0"])
    #expect(try await service.entry("\(registry.host)/app").observed.keys == known.keys)
  }

  @Test("a request for a repository stands for all that its row mirrors")
  func repository() async throws {
    try await add("app", tags: TagRule(include: ["1.*"]))
    #expect(try await push("app") == [])
    #expect(try await jobs() == ["push /app:1.0", "push /app:1.1"])
  }

  @Test("what cannot be understood or looked at comes again, message by message, and the rest is done")
  func partialFailure() async throws {
    try await add("broken/app", tags: TagRule(latest: 1))
    try await add("app:1.0")
    let failed = try await deliver([
      ("poison", "{"), ("unlisted", #"{"source":"\#(registry.host)/broken/app:1.0"}"#),
      ("good", #"{"source":"\#(registry.host)/app:1.0"}"#), ("untagged", PushMessageTests.ecr(tag: nil)),
    ])
    #expect(failed == ["poison", "unlisted"])
    #expect(try await jobs() == ["push /app:1.0"])
  }

  @Test("what is in sync already starts nothing")
  func inSync() async throws {
    try await service.add(
      MirrorEntry(source: "\(registry.host)/app:1.0", destinations: ["\(registry.host)/same/app"]))
    #expect(try await push("app:1.0") == [])
    #expect(try await jobs() == [])
  }
}
