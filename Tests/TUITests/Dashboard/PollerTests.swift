import FoundationEssentials
import MemoryBackend
import MirrorCore
import OCIRegistry
import Support
import TestSupport
import Testing

@testable import TUI

/// What the dashboard hears of an installation that is read while it changes, goes away and comes back.
@Suite(.timeLimit(.minutes(15)))
struct PollerTests {
  private let installation = MemoryInstallation()
  private let posts = Posts()
  private let poller: Poller

  init() {
    poller = Poller(
      service: MirrorService(backend: installation.backend, registries: MemoryRegistries().client), post: posts.post)
  }

  private static let row = MirrorEntry(source: "r.example/app:1", destinations: ["d.example/app:1"])
  private static let gone = MirrorError(.backend, "the folder is gone", Outage(.gone, "look for it"))

  private func polling(_ body: () async throws -> Void) async throws {
    let work = Task { [poller] in await poller.run() }
    defer { work.cancel() }
    try await body()
  }

  /// The sources that were shown last.
  private var shown: [String]? {
    posts.last { if case .loaded(let load) = $0 { load.mirrors.whole.map(\.id) } else { nil } }
  }

  private func add(_ source: String = row.source) async throws {
    try await installation.backend.table.write([.add(MirrorEntry(source: source, destinations: ["d.example/x:1"]))])
  }

  @Test("What is stored is read once, and again when it has changed")
  func changes() async throws {
    try await add()
    try await polling {
      try await waitFor("the table") { shown == [Self.row.source] }
      for _ in 0..<3 {
        let before = posts.count { if case .unchanged = $0 { true } else { false } }
        try await waitFor("a look that finds nothing new") {
          await poller.hurry()
          return posts.count { if case .unchanged = $0 { true } else { false } } > before
        }
      }
      #expect(installation.reads == 1)
      try await add("r.example/new:1")
      try await waitFor("the new row") {
        await poller.hurry()
        return shown == [Self.row.source, "r.example/new:1"]
      }
    }
  }

  @Test("A table of more than a page is shown with its first page while the rest is read")
  func pages() async throws {
    try await installation.backend.table.write(
      (0..<1500).map { .add(MirrorEntry(source: "r.example/\(10_000 + $0):1", destinations: ["d.example/x:1"])) })
    try await polling {
      try await waitFor("the table") { shown?.count == 1500 }
      let first = posts.first { if case .loading(let load) = $0 { load.mirrors.whole.count } else { nil } }
      #expect(first == 1000)
    }
  }

  @Test("A job's progress and end are shown without reading the table again for them")
  func jobs() async throws {
    try await add()
    let queue = installation.queue
    let isOver = Lock(false)
    try await polling {
      try await waitFor("the table") { shown == [Self.row.source] }
      _ = try await queue.submit([
        JobRequest(
          origin: .adhoc, mirror: Self.row.source, source: Self.row.source, destinations: ["d.example/x:1"])
      ])
      let work = Task {
        try await queue.work { _, _ in
          try? await waitFor("the end") { isOver.withLock(\.self) }
          return .exited(0)
        }
      }
      try await waitFor("copying") {
        await poller.hurry()
        return posts.contains {
          if case .loaded(let load) = $0 { load.jobs.first?.job.state == .running } else { false }
        }
      }
      isOver.withLock { $0 = true }
      try await work.value
      try await waitFor("the job's end") {
        await poller.hurry()
        return posts.contains {
          if case .loaded(let load) = $0 { load.jobs.first?.job.state == .succeeded } else { false }
        }
      }
      #expect(installation.reads == 1)
    }
  }

  @Test("An installation that goes away is told with why and until when, and read anew when it is there again")
  func goesAway() async throws {
    try await add()
    try await polling {
      try await waitFor("the table") { shown == [Self.row.source] }
      installation.fail(with: Self.gone)
      try await waitFor("the failure") {
        await poller.hurry()
        return failures.count >= 2
      }
      #expect(failures.allSatisfy { $0.failure == Failure(Self.gone) && $0.failure.cause == .gone })
      // Each next try is later.
      #expect(failures[1].wait > failures[0].wait && failures[0].wait > 0)
      #expect(shown == [Self.row.source], "nothing takes the place of what was known")
      installation.fail(with: nil)
      try await waitFor("the table anew") {
        await poller.hurry()
        return installation.reads == 2
      }
    }
  }

  private var failures: [(failure: Failure, wait: Double)] {
    posts.all.compactMap { event in
      guard case .loadFailed(let failure, let now, let retry) = event else { return nil }
      return (failure, retry.timeIntervalSince(now))
    }
  }

  @Test("History is read of what is looked at, and of everything")
  func history() async throws {
    let order = JobOrder(
      id: "j", attempt: 1,
      request: JobRequest(
        origin: .run, mirror: Self.row.source, source: Self.row.source, destinations: ["d.example/x:1"])
    )
    let record = JobRecord(order, started: .now, finished: .now, succeeded: true, destinations: [])
    try await installation.backend.history.append(.job(record))
    await poller.watch(history: .mirror(Self.row.source))
    try await polling {
      for scope in [HistoryScope.all, .mirror(Self.row.source)] {
        try await waitFor("the history of \(scope)") {
          posts.contains {
            if case .history(let rows, scope) = $0 { rows.map(\.item) == [.job(record)] } else { false }
          }
        }
      }
      await poller.watch(history: .mirror("r.example/other:1"))
      try await waitFor("another mirror's") {
        posts.contains {
          if case .history(let rows, .mirror("r.example/other:1")) = $0 { rows.isEmpty } else { false }
        }
      }
    }
  }
}

extension Load.Rows {
  /// The rows where all of them came; none where only some did.
  fileprivate var whole: [MirrorRow] { if case .all(let rows) = self { rows } else { [] } }
}
