import FoundationEssentials
import HTTP
import Logging
import OCIRegistry
import Testing

@testable import LocalBackend
@testable import MirrorCore

/// A try of a job that was killed before it could write anything down.
@Suite struct LostAttemptTests {
  private static let source = "r.example/a:1"
  private static let there = "d.example/a:1"
  private let files: TemporaryStore

  init() throws {
    files = try TemporaryStore()
  }

  /// A try that finds out what the last one left.
  private func begin(_ id: String, attempt: Int) async {
    let request = JobRequest(
      origin: .run, mirror: Self.source, source: Self.source, destinations: [Self.there], run: "r")
    let order = JobOrder(id: id, attempt: attempt, request: request)
    let registries = RegistryClient(transport: CurlTransport(environment: [:]), credentials: AnonymousAccess())
    let job = MirrorJob(
      backend: files.idle, registries: registries,
      copier: SkopeoCopier(
        Skopeo(configuration: RegistryConfiguration()), registries: registries, credentials: AnonymousAccess(),
        policy: { nil }),
      order: order, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    await job.noteLostAttempt(order)
  }

  private func seen() async throws -> Observed? {
    try await files.idle.table.entry(Self.source)?.observed[Self.there]
  }

  @Test("It counts as failed once for a job, so that runs do not start such jobs for ever") func counts() async throws {
    try await files.idle.table.write([.add(MirrorEntry(source: Self.source, destinations: [Self.there]))])
    let drifted = Observed(
      state: .drifted, sourceDigest: .sha256(of: [1]), digest: .sha256(of: [2]), since: .now, checked: .now, job: "old")
    try await files.idle.table.record([Self.source: ObservedChange(set: [Self.there: drifted])])

    await begin("a", attempt: 1)
    #expect(try await seen()?.state == .drifted)
    for attempt in 2...3 { await begin("a", attempt: attempt) }
    #expect(try await seen()?.retry?.failures == 1)
    #expect(try await seen()?.state == .failed)
    #expect(try await seen()?.error?.contains("attempt 1 of job a was killed") == true)
    for name in ["b", "c"] { await begin(name, attempt: 2) }
    let pause = try #require(try await seen()?.retry)
    #expect(pause.failures == 3)
    #expect(pause.until > .now + 3000)
  }
}
