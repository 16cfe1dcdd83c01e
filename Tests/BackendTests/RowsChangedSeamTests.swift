import FoundationEssentials
import MemoryBackend
import MirrorCore
import Support
import TestSupport
import Testing

/// What is done to many rows at once, and taken back, whatever the table.
struct RowsChangedSeamTests {
  typealias Kind = Stores.Kind

  private static func service(_ stores: Stores) -> MirrorService {
    let rest = MemoryInstallation().backend
    let backend = Backend(
      table: stores.table, queue: rest.queue, history: stores.history, logs: rest.logs, automation: rest.automation,
      name: "test")
    return MirrorService(backend: backend, registries: MemoryRegistries().client)
  }

  private static func row(_ name: String, to destination: String? = nil) -> MirrorEntry {
    MirrorEntry(source: "r.example/\(name):1", destinations: [destination ?? "d.example/\(name):1"])
  }

  private static let (a, b, c) = (row("a"), row("b"), row("c"))
  private static let sources = [a, b, c].map(\.source)

  /// Three rows of which something is known.
  private static func fill(_ table: any MirrorTable) async throws {
    try await table.write([.add(a), .add(b), .add(c)])
    try await table.record([
      a.source: TableSeamTests.seen("d.example/a:1"), c.source: TableSeamTests.seen("d.example/c:1"),
    ])
  }

  @Test(
    "Rows that were disabled are unchanged after an undo, but for one that somebody changed, which is named",
    arguments: Kind.allCases)
  func disabled(kind: Kind) async throws {
    let stores = try await Stores.open(kind)
    defer { withExtendedLifetime(stores) {} }
    let (table, service) = (stores.table, Self.service(stores))
    try await Self.fill(table)
    let before = try await table.entry(Self.a.source)
    let done = try await service.setEnabled(Self.sources + ["r.example/none:1"], false)
    #expect(done.written.map(\.source) == Self.sources)
    #expect(done.left.map(\.source) == ["r.example/none:1"])
    for source in Self.sources { #expect(try await table.entry(source)?.enabled == false) }

    let theirs = try #require(try await table.entry(Self.b.source))
    var new = theirs
    new.destinations = ["e.example/b:1"]
    try await table.write([.replace(theirs, with: new)])
    let undone = try await service.undo(done)
    #expect(Set(undone.written.map(\.source)) == [Self.a.source, Self.c.source])
    #expect(undone.left == [.init(source: Self.b.source, reason: "somebody else changed it since")])
    #expect(try await table.entry(Self.b.source) == new)
    #expect(try await table.entry(Self.a.source) == before, "with what was seen of it")
    #expect(undone.unseen(at: .now).isEmpty)
    // Once more there is nothing to take back.
    #expect(try await service.undo(done).written.isEmpty)
  }

  @Test(
    "Rows that were deleted come back with what was seen of them, but where another row has the destination by now",
    arguments: Kind.allCases)
  func deleted(kind: Kind) async throws {
    let stores = try await Stores.open(kind)
    defer { withExtendedLifetime(stores) {} }
    let (table, service) = (stores.table, Self.service(stores))
    try await Self.fill(table)
    let before = try await table.entry(Self.c.source)
    let done = try await service.remove(Self.sources)
    #expect(done.written.count == 3 && done.left.isEmpty)
    let rival = Self.row("rival", to: "d.example/a:1")
    try await service.add(rival)
    try await service.add(Self.b)
    let undone = try await service.undo(done)
    #expect(undone.written.map(\.source) == [Self.c.source])
    #expect(Set(undone.left.map(\.source)) == [Self.a.source, Self.b.source])
    #expect(undone.left.contains { $0.reason.contains("r.example/rival:1") })
    #expect(try await table.entry(Self.c.source) == before)
    #expect(try await table.entry(Self.a.source) == nil)
  }

  @Test("After a sweep over everything a row that comes back is looked at anew", arguments: [Kind.memory, .local])
  func swept(kind: Kind) async throws {
    let stores = try await Stores.open(kind)
    defer { withExtendedLifetime(stores) {} }
    let (table, service) = (stores.table, Self.service(stores))
    try await Self.fill(table)
    let done = try await service.remove([Self.a.source])
    try await stores.history.append(
      .run(
        RunRecord(
          id: "r1", kind: .check, started: done.at + 1, finished: done.at + 2, mirrors: 2, found: [:], submitted: 0)))
    let undone = try await service.undo(done)
    #expect(try await table.entry(Self.a.source)?.observed == [:])
    #expect(undone.unseen(at: .now) == [Self.a.source])
  }

  @Test(
    "A row that was added or edited goes back, to the fraction of a second that no table keeps", arguments: Kind.large)
  func added(kind: Kind) async throws {
    let stores = try await Stores.open(kind)
    defer { withExtendedLifetime(stores) {} }
    let (table, service) = (stores.table, Self.service(stores))
    var entry = Self.a
    entry.expires = Date(timeIntervalSince1970: 3e9 + 0.75)
    try await service.add(entry)
    let (old, new) = try await service.changeRow(entry.source) { $0.destinations = ["e.example/a:1"] }
    _ = try await service.undo(RowsChanged(written: [.replace(old, with: new)]))
    #expect(try await table.entry(entry.source)?.destinations == Self.a.destinations)
    _ = try await service.undo(RowsChanged(written: [.add(entry)]))
    #expect(try await table.entry(entry.source) == nil)
  }

  @Test("Hundreds of rows go and come back by transactions", arguments: Kind.large)
  func many(kind: Kind) async throws {
    let stores = try await Stores.open(kind)
    defer { withExtendedLifetime(stores) {} }
    let (table, service) = (stores.table, Self.service(stores))
    let rows = (100..<330).map { Self.row("m\($0)") }
    try await table.write(rows.map { .add($0) })
    let done = try await service.remove(rows.map(\.source))
    #expect(done.written.count == 230)
    #expect(try await table.page(after: nil).entries.isEmpty)
    #expect(try await service.undo(done).written.count == 230)
    #expect(try await table.entry(rows[229].source) == rows[229])
  }
}
