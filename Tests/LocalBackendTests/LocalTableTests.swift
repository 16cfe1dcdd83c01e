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

  static func observed(_ state: DestinationState) -> Observed {
    let time = Date(timeIntervalSince1970: 1_700_000_000.5)
    let digest = Digest.sha256(of: [1])
    return Observed(
      state: state, sourceDigest: digest, digest: digest, since: time, checked: time, error: "e", job: "j",
      converted: Conversion(from: digest, to: digest))
  }

  @Test("A row comes back as it was written")
  func roundTrip() async throws {
    try await table.write([.add(Self.full)])
    #expect(try await table.entry("r.example/a") == Self.full)
    #expect(try await table.entry("r.example/b") == nil)
  }

  @Test("What was seen comes back as it was recorded, and only for rows that are there")
  func record() async throws {
    try await table.write([.add(Self.full)])
    let change = ObservedChange(set: ["d.example/a:1": Self.observed(.inSync), "e.example/a:1": Self.observed(.failed)])
    try await table.record(["r.example/a": change, "gone.example/a": change])
    #expect(try await table.entry("r.example/a")?.observed == change.set)
    #expect(try await table.entry("gone.example/a") == nil)
    try await table.record(["r.example/a": ObservedChange(remove: ["d.example/a:1"])])
    #expect(try await table.entry("r.example/a")?.observed.keys.sorted() == ["e.example/a:1"])
  }

  @Test("An edit does not undo what was seen meanwhile")
  func editKeepsObserved() async throws {
    try await table.write([.add(Self.full)])
    let read = try #require(try await table.entry("r.example/a"))
    try await table.record(["r.example/a": ObservedChange(set: ["d.example/a:1": Self.observed(.inSync)])])
    var new = read
    new.enabled = true
    try await table.write([.replace(read, with: new)])
    let now = try #require(try await table.entry("r.example/a"))
    #expect(now.enabled)
    #expect(now.observed["d.example/a:1"] == Self.observed(.inSync))
  }

  @Test("A row that is not as expected is not written, nor is anything with it")
  func conflicts() async throws {
    try await table.write([.add(Self.full)])
    var stale = Self.full
    stale.destinations = ["other.example/a"]
    let fresh = MirrorEntry(source: "r.example/new:1", destinations: ["d.example/a"])
    for change in [RowChange.add(Self.full), .replace(stale, with: Self.full), .remove(stale), .remove(fresh)] {
      let error = await #expect(throws: MirrorError.self) {
        try await table.write([.add(MirrorEntry(source: "r.example/with:1", destinations: ["d"])), change])
      }
      #expect(error?.kind == .conflict)
    }
    #expect(try await table.entry("r.example/with:1") == nil)
    #expect(try await table.entry("r.example/a") == Self.full)
  }

  @Test("Pages give every row once, in order", arguments: [0, 1, LocalTable.pageSize, LocalTable.pageSize * 2 + 1])
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

  @Test("The revision is another one after any change, and the same after none")
  func revision() async throws {
    var last = try await table.revision()
    func changed() async throws -> Bool {
      let now = try await table.revision()
      defer { last = now }
      return now != last
    }
    #expect(try await !changed())
    try await table.write([.add(Self.full)])
    #expect(try await changed())
    try await table.record(["r.example/a": ObservedChange(set: ["d": Self.observed(.drifted)])])
    #expect(try await changed())
    try await table.record(["r.example/none": ObservedChange(set: ["d": Self.observed(.drifted)])])
    #expect(try await !changed())
    try await table.write([.remove(Self.full)])
    #expect(try await changed())
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
