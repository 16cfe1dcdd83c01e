import FoundationEssentials
import GRDB
import MirrorCore
import OCIRegistry
import Support
import Testing

@testable import LocalBackend

struct LocalTableTests {
  let files: TemporaryStore
  let table: LocalTable

  init() throws {
    files = try TemporaryStore()
    table = LocalTable(files.store)
  }

  static let full = MirrorEntry(
    source: "r.example/a", destinations: ["d.example/a", "e.example/a"], expires: Date(timeIntervalSince1970: 2e9),
    enabled: false, tags: TagRule(include: ["1.*"], semver: ">1", latest: 3),
    options: ["platforms": .array([.string("linux/amd64")])], other: ["Team": .string("x"), "N": .integer(7)])

  @Test("Pages give every row once, in order", arguments: [LocalTable.pageSize, LocalTable.pageSize * 2 + 1])
  func pages(count: Int) async throws {
    let sources = (0..<count).map { "r.example/\(String(1_000_000 + $0)):1" }
    try await table.write(sources.map { .add(MirrorEntry(source: $0, destinations: ["d.example/a"])) })
    var seen: [String] = []
    try await table.forEachPage { seen += $0.entries.map(\.source) }
    #expect(seen == sources)
  }

  @Test("A row that somebody broke is named and the others go on")
  func unreadable() async throws {
    try await table.write([.add(Self.full), .add(MirrorEntry(source: "r.example/z:1", destinations: ["d.example/a"]))])
    try await files.store.write { db in
      try db.execute(sql: "UPDATE mirrors SET tags = '{not json' WHERE source = 'r.example/a'")
    }
    let page = try await table.page(after: nil)
    #expect(page.entries.map(\.source) == ["r.example/z:1"])
    #expect(page.unreadable.map(\.source) == ["r.example/a"])
    await #expect(throws: MirrorError.self) { try await table.entry("r.example/a") }
  }

  @Test(
    "A number that nothing can be makes its row unreadable, or an observation none, and ends nothing",
    arguments: ["9223372036854775807", "-9223372036854775808", "1e300", "253402300800", "'x'", "x'00'"])
  func numbers(number: String) async throws {
    let plain = MirrorEntry(source: "r.example/z:1", destinations: ["d.example/a"])
    try await table.write([.add(plain)])
    try await files.store.write { db in
      try db.execute(
        sql: """
          INSERT INTO observed (mirror, destination, state, since, checked)
          VALUES ('r.example/z:1', 'd.example/a:1', 'in-sync', \(number), \(number))
          """)
    }
    let page = try await table.page(after: nil)
    let observed = page.entries.first?.observed["d.example/a:1"]
    #expect(observed.map { Date.sayable.contains($0.since) && Date.sayable.contains($0.checked) } ?? true)
    try await files.store.write { db in try db.execute(sql: "UPDATE mirrors SET expires = \(number)") }
    let after = try await table.page(after: nil)
    #expect(after.entries.isEmpty)
    #expect(after.unreadable.first?.reason.contains("years 1 to 9999") == true)
  }

  @Test("Two stores on one folder see each other's rows")
  func twoProcesses() async throws {
    let other = LocalTable(try LocalStore(folder: files.folder))
    try await table.write([.add(Self.full)])
    #expect(try await other.entry("r.example/a") == Self.full)
  }

  @Test("A file that is no database, and one of a newer program, are named")
  func badFiles() async throws {
    let folder = files.folder + "/other"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    try Data(repeating: 65, count: 8192).write(to: URL(filePath: folder + "/mirrors.db"))
    let broken = #expect(throws: MirrorError.self) { try LocalStore(folder: folder) }
    #expect(broken?.description.contains(folder) == true)
    try await files.store.write { db in
      try db.execute(sql: "INSERT INTO grdb_migrations VALUES ('99 from the future')")
    }
    let newer = #expect(throws: MirrorError.self) { try LocalStore(folder: files.folder) }
    #expect(newer?.description.contains("newer ecrmirror") == true)
  }
}
