import FoundationEssentials
import HTTP
import MemoryBackend
import OCIRegistry
import Support
import TestSupport
import Testing

@testable import MirrorCore

/// The parts of a sweep go on side by side: what one of them waits for, the others do not.
@Suite struct SweepFlowTests {
  private let installation = MemoryInstallation()
  private let registries = MemoryRegistries()
  private let digest = Digest.sha256(of: [1])

  /// Holds back what a test says until it lets go.
  private final class Held: HTTPTransport, MirrorTable {
    let table: any MirrorTable
    let registries: MemoryRegistries
    private let state = Lock((held: Set<String>(), pages: 0))

    init(_ table: any MirrorTable, _ registries: MemoryRegistries, _ held: String...) {
      (self.table, self.registries) = (table, registries)
      state.withLock { $0.held = Set(held) }
    }

    /// How many pages were asked for; those of the look at who shares destinations among them.
    var pages: Int { state.withLock(\.pages) }

    func release() { state.withLock { $0.held = [] } }

    private func wait(_ what: String) async throws {
      try await waitFor("\(what) to be let go") { !self.state.withLock { $0.held.contains(what) } }
    }

    func send(_ request: HTTPRequest) async throws(HTTPError) -> HTTPResponse {
      let host = HTTPURL(request.url)?.host ?? ""
      do { try await wait(host) } catch { throw HTTPError(.cancelled, host: host) }
      return try await registries.send(request)
    }

    func page(after cursor: String?) async throws -> TablePage {
      state.withLock { $0.pages += 1 }
      if cursor != nil { try await wait("pages") }
      return try await table.page(after: cursor)
    }

    func entry(_ source: String) async throws -> MirrorEntry? { try await table.entry(source) }
    func write(_ changes: [RowChange]) async throws { try await table.write(changes) }
    func revision() async throws -> Int64? { try await table.revision() }

    func record(_ changes: [String: ObservedChange]) async throws -> [String: MirrorError] {
      try await wait("writes")
      return try await table.record(changes)
    }
  }

  private func service(_ held: Held) -> MirrorService {
    let backend = installation.backend
    return MirrorService(
      backend: Backend(
        table: held, queue: backend.queue, history: backend.history, logs: backend.logs,
        automation: backend.automation, name: "held"),
      registries: RegistryClient(transport: held, credentials: AnonymousAccess()))
  }

  /// Adds rows that are in step, sorted by their names.
  private func add(_ source: String, _ count: Int) async throws {
    let rows = (0..<count).map { number in
      let name = "app:\(100_000 + number)"
      for reference in ["\(source)/\(name)", "to.example/\(source)/\(name)"] { registries.push(digest, to: reference) }
      return MirrorEntry(source: "\(source)/\(name)", destinations: ["to.example/\(source)/app"])
    }
    try await installation.backend.table.write(rows.map(RowChange.add))
  }

  private func state(of source: String) async throws -> DestinationState? {
    try await installation.backend.table.entry(source)?.observed.values.first?.state
  }

  @Test func aSlowRegistryKeepsNoPageOfTheTableFromBeingLookedAtAndWrittenDown() async throws {
    try await add("a-slow.example", 10)
    try await add("quick.example", 1500)
    let held = Held(installation.backend.table, registries, "a-slow.example")
    let service = service(held)
    let check = Task { try await service.check(.all) }
    try await waitFor("the last row, on another page than the slow ones, to be written down") {
      try await state(of: "quick.example/app:101499") == .inSync
    }
    #expect(try await state(of: "a-slow.example/app:100000") == nil)
    held.release()
    #expect(try await check.value.found == [.inSync: 1510])
  }

  @Test func aSlowWriteKeepsNobodyFromLooking() async throws {
    try await add("quick.example", 900)
    let held = Held(installation.backend.table, registries, "writes")
    let service = service(held)
    let check = Task { try await service.check(.all) }
    try await waitFor("every reference to be looked at though nothing was written down yet") {
      registries.asked.count == 1800
    }
    #expect(try await state(of: "quick.example/app:100000") == nil)
    held.release()
    #expect(try await check.value.found == [.inSync: 900])
  }

  @Test func aSlowPageKeepsWhatWasReadFromBeingNeitherLookedAtNorWrittenDown() async throws {
    try await add("quick.example", 1200)
    let held = Held(installation.backend.table, registries, "pages")
    let service = service(held)
    // Of single rows nobody reads the whole table first.
    let push = Task { try await service.sweep(.all, purpose: .push, dryRun: false, now: .now, onProgress: { _ in }) }
    try await waitFor("the rows of the first page to be written down") {
      try await state(of: "quick.example/app:100999") == .inSync
    }
    held.release()
    #expect(try await push.value.found == [.inSync: 1200])
  }

  @Test func noMoreIsReadThanMayBeUnderWay() async throws {
    try await add("slow.example", 9000)
    let held = Held(installation.backend.table, registries, "slow.example", "to.example")
    let service = service(held)
    let push = Task { try await service.sweep(.all, purpose: .push, dryRun: false, now: .now, onProgress: { _ in }) }
    // A row has two references, a page of the table in memory 1,000 rows.
    let most = SweepFlow.enough / 2000
    try await waitFor("pages to be read") { held.pages >= most }
    for _ in 0..<200 { await Task.yield() }
    #expect(held.pages <= most)
    held.release()
    #expect(try await push.value.found == [.inSync: 9000])
  }

  @Test func aTableThatGoesAwayInTheMiddleEndsTheSweepWithItsReason() async throws {
    try await add("slow.example", 1200)
    let held = Held(installation.backend.table, registries, "pages")
    let service = service(held)
    let push = Task { try await service.sweep(.all, purpose: .push, dryRun: false, now: .now, onProgress: { _ in }) }
    try await waitFor("the second page to be asked for") { held.pages == 2 }
    installation.fail(with: MirrorError(.backend, "the table is gone"))
    held.release()
    let error = await #expect(throws: MirrorError.self) { try await push.value }
    #expect(error?.description == "the table is gone")
  }
}
