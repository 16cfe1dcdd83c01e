import FoundationEssentials
import Installation
import MemoryBackend
import MirrorCore
import OCIRegistry
import Support
import Terminal
import TestSupport
import Testing

@testable import TUI

/// The dashboard from its first key to its last, on installations in memory and a screen nobody sees.
@Suite(.timeLimit(.minutes(15)))
struct DashboardLoopTests {
  private let face = ScriptedFace()
  private let registries = MemoryRegistries()
  /// By the folders that a person names.
  private let installations = ["/here": MemoryInstallation(), "/there": MemoryInstallation()]
  /// What opening fails with; nil where it does not.
  private let fault = Lock<MirrorError?>(nil)

  private static let source = "r.example/app:1"
  private static let gone = MirrorError(.backend, "the folder is gone", Outage(.gone, "look for it"))

  private func row(_ source: String, in folder: String) async throws {
    let table = try #require(installations[folder]).backend.table
    try await table.write([.add(MirrorEntry(source: source, destinations: ["d.example/app:1"]))])
  }

  private func loop() throws -> DashboardLoop {
    let open: Opening.Open = { [installations, registries, fault] choice in
      if let error = fault.withLock(\.self) { throw error }
      guard let folder = choice.folder, let installation = installations[folder] else {
        throw MirrorError(.notFound, "there is no such installation")
      }
      return Found(
        name: folder, service: MirrorService(backend: installation.backend, registries: registries.client),
        credentials: AnonymousAccess())
    }
    let context = State.Context(installed: State.Installed(name: "/here"), isReadOnly: false, isASCII: false)
    let state = State(context: context, size: Size(rows: 24, columns: 100), now: .now)
    return try DashboardLoop(
      InstallationChoice(folder: "/here", environment: [:]), face, state, DashboardOptions(), environment: [:],
      open: open)
  }

  /// Runs the dashboard while `body` sits at it.
  ///
  /// - Returns: why it ended, where it could not go on.
  @discardableResult
  private func run(_ body: () async throws -> Void) async throws -> MirrorError? {
    let loop = try loop()
    let work = Task { await loop.run() }
    do {
      try await body()
    } catch {
      face.hangUp()
      _ = await work.value
      throw error
    }
    return await work.value
  }

  private func wait(_ words: String) async throws {
    do {
      try await waitFor("'\(words)' on the screen") { face.text.contains(words) }
    } catch {
      Issue.record("the screen shows\n\(face.text)")
      throw error
    }
  }

  @Test("It shows what is stored and what becomes of it, takes keys, and ends with q")
  func works() async throws {
    try await row(Self.source, in: "/here")
    let digest = Digest.sha256(of: [1])
    for reference in [Self.source, "d.example/app:1"] { registries.push(digest, to: reference) }
    let failure = try await run {
      try await wait(Self.source)
      face.type("c")
      try await wait("in-sync")
      face.type("q")
    }
    #expect(failure == nil)
  }

  @Test("A job that is asked for by a key is followed to its end")
  func job() async throws {
    try await row(Self.source, in: "/here")
    registries.push(Digest.sha256(of: [1]), to: Self.source)
    let queue = try #require(installations["/here"]).queue
    try await run {
      try await wait(Self.source)
      face.type("m")
      try await wait("queued 1 job")
      try await queue.work { _, _ in .exited(3) }
      face.type("2")
      try await wait("a registry refused it")
      face.type("q")
    }
  }

  @Test("An installation that goes away under it is told beside what was known, and is there again by itself")
  func goesAway() async throws {
    try await row(Self.source, in: "/here")
    let installation = try #require(installations["/here"])
    try await run {
      try await wait(Self.source)
      installation.fail(with: Self.gone)
      face.type("r")
      try await wait("not found, retrying in")
      #expect(face.text.contains(Self.source) && face.text.contains("look for it"))
      face.type("x")
      try await wait("cannot disable \(Self.source)")
      installation.fail(with: nil)
      try await wait("working again after")
      #expect(!face.text.contains("retrying"))
      face.type("x")
      try await wait("disabled")
      face.type("q")
    }
  }

  @Test("One goes to another installation and back; nothing of the one is shown with the other")
  func goesElsewhere() async throws {
    try await row(Self.source, in: "/here")
    try await row("r.example/other:1", in: "/there")
    try await run {
      try await wait(Self.source)
      face.type("I/there\n")
      try await wait("r.example/other:1")
      #expect(!face.text.contains(Self.source))
      // News of the one that was left concerns nobody.
      try await row("r.example/late:1", in: "/here")
      face.type("I/nowhere\n")
      try await wait("cannot open /nowhere: there is no such installation")
      #expect(face.text.contains("r.example/other:1") && !face.text.contains("late"))
      face.type("I/here\n")
      try await wait("r.example/late:1")
      face.type("q")
    }
  }

  @Test("What was changed just before it is left is written")
  func leaving() async throws {
    try await row(Self.source, in: "/here")
    try await run {
      try await wait(Self.source)
      face.type("x")
      face.type("q")
    }
    #expect(try await installations["/here"]?.backend.table.entry(Self.source)?.enabled == false)
  }

  @Test("An installation that there is not ends it with the reason; one that may come is waited for")
  func opening() async throws {
    fault.withLock { $0 = MirrorError(.notFound, "there is no stack prod in us-east-1") }
    #expect(try await run {}?.description == "there is no stack prod in us-east-1")
  }

  @Test("An installation that cannot be opened yet is waited for, and told why")
  func waiting() async throws {
    try await row(Self.source, in: "/here")
    fault.withLock { $0 = Self.gone }
    try await run {
      try await wait("not found, retrying in")
      fault.withLock { $0 = nil }
      try await wait(Self.source)
      face.type("q")
    }
  }

  @Test("A terminal that goes away ends it")
  func hangsUp() async throws {
    try await row(Self.source, in: "/here")
    try await run {
      try await wait(Self.source)
      face.hangUp()
    }
  }
}
