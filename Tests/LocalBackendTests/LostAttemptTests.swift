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
  private let image: MirrorImage

  init() throws {
    files = try TemporaryStore()
    let entry = MirrorEntry(source: Self.source, destinations: [Self.there])
    image = try #require(try entry.images().first)
  }

  private func job(_ id: String, attempt: Int) -> MirrorJob {
    MirrorJob(
      backend: files.idle,
      registries: RegistryClient(transport: CurlTransport(environment: [:]), credentials: AnonymousAccess()),
      credentials: AnonymousAccess(), skopeo: Skopeo(configuration: RegistryConfiguration()),
      identity: MirrorJob.Identity(id: id, attempt: attempt, origin: .run, run: "r", mirror: Self.source),
      logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
  }

  private func seen() async throws -> Observed? {
    try await files.idle.table.entry(Self.source)?.observed[Self.there]
  }

  @Test("It counts as failed once for a job, so that runs do not start such jobs for ever") func counts() async throws {
    try await files.idle.table.write([.add(MirrorEntry(source: Self.source, destinations: [Self.there]))])
    let drifted = Observed(
      state: .drifted, sourceDigest: .sha256(of: [1]), digest: .sha256(of: [2]), since: .now, checked: .now, job: "old")
    try await files.idle.table.record([Self.source: ObservedChange(set: [Self.there: drifted])])

    await job("a", attempt: 1).noteLostAttempt(image)
    #expect(try await seen()?.state == .drifted)
    for attempt in 2...3 { await job("a", attempt: attempt).noteLostAttempt(image) }
    #expect(try await seen()?.retry?.failures == 1)
    #expect(try await seen()?.state == .failed)
    #expect(try await seen()?.error?.contains("try 1 of job a was killed") == true)
    for name in ["b", "c"] { await job(name, attempt: 2).noteLostAttempt(image) }
    let pause = try #require(try await seen()?.retry)
    #expect(pause.failures == 3)
    #expect(pause.until > .now + 3000)
  }
}
