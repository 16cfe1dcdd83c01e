import Foundation
import GRDB
import MirrorCore
import Support
import TestSupport
import Testing

@testable import LocalBackend

/// Stores that others could have changed.
struct StoreTrustTests {
  let outer: TemporaryFolder
  let folder: String
  static let nobody: uid_t = 65534

  init() throws {
    outer = try TemporaryFolder()
    folder = outer.path + "/above/store"
    _ = try LocalStore(folder: folder)
  }

  private func refusal(readOnly: Bool = false) -> String? {
    do {
      _ = try LocalStore(folder: folder, readOnly: readOnly)
      return nil
    } catch {
      return "\(error)".replacingOccurrences(of: outer.path, with: "")
    }
  }

  @Test("A store of this user alone is opened, again and again, and reached by a link too")
  func well() throws {
    #expect(refusal() == nil)
    #expect(refusal(readOnly: true) == nil)
    try FileManager.default.createSymbolicLink(atPath: outer.path + "/link", withDestinationPath: folder)
    _ = try LocalStore(folder: outer.path + "/link")
  }

  @Test(
    "A store that others may write, or put another one in the place of, is refused with what to do",
    arguments: ["above", "above/store", "above/store/jobs", "above/store/mirrors.db", "above/store/schema.lock"],
    [0o777, 0o770] as [mode_t])
  func writable(name: String, mode: mode_t) throws {
    chmod("\(outer.path)/\(name)", mode)
    for readOnly in [false, true] {
      let words = try #require(refusal(readOnly: readOnly))
      #expect(words.contains("cannot be trusted: /\(name) is writable by"), "\(words)")
      #expect(words.contains("chmod go-w /\(name)"))
    }
  }

  @Test(
    "A store of another user, or in a folder of another user's, is refused with whom to be",
    .enabled(if: geteuid() == 0), arguments: ["above", "above/store", "above/store/jobs", "above/store/mirrors.db"])
  func foreign(name: String) throws {
    chown("\(outer.path)/\(name)", Self.nobody, Self.nobody)
    for readOnly in [false, true] {
      let words = try #require(refusal(readOnly: readOnly))
      #expect(words.contains("/\(name) belongs to nobody"), "\(words)")
      #expect(words.contains("sudo -u nobody"))
    }
  }

  @Test(
    "What a link stands for in a store is refused, and what it leads to stays as it was", arguments: StoreAccess.files)
  func links(name: String) throws {
    try outer.write("precious", "")
    let path = "\(folder)/\(name)"
    try? FileManager.default.removeItem(atPath: path)
    try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: outer.path + "/precious")
    for readOnly in [true, false] {
      #expect(refusal(readOnly: readOnly)?.contains("/above/store/\(name) is not a regular file") == true)
      #expect(outer.read("precious") == "")
    }
    // One that leads nowhere makes nothing there.
    try FileManager.default.removeItem(atPath: outer.path + "/precious")
    #expect(refusal() != nil)
    #expect(outer.read("precious") == nil)
  }

  @Test("A pipe in a file's place is refused, not waited for", arguments: StoreAccess.files)
  func pipes(name: String) throws {
    try? FileManager.default.removeItem(atPath: "\(folder)/\(name)")
    #expect(mkfifo("\(folder)/\(name)", 0o600) == 0)
    #expect(refusal()?.contains("is not a regular file") == true)
  }

  @Test("A link in place of jobs is refused")
  func jobsLink() throws {
    try outer.write("out/precious", "p")
    try FileManager.default.removeItem(atPath: folder + "/jobs")
    try FileManager.default.createSymbolicLink(atPath: folder + "/jobs", withDestinationPath: outer.path + "/out")
    #expect(refusal()?.contains("/above/store/jobs is not a folder") == true)
  }

  @Test("A look makes nothing: no folder, no database of what is there, no file beside it")
  func lookMakesNothing() async throws {
    let none = try LocalStore(folder: outer.path + "/none", readOnly: true)
    #expect(try await LocalTable(none).page(after: nil).entries.isEmpty)
    #expect(!FileManager.default.fileExists(atPath: outer.path + "/none"))
    try outer.write("text/mirrors.db", "", mode: 0o600)
    chmod(outer.path + "/text", 0o700)
    _ = try? LocalStore(folder: outer.path + "/text", readOnly: true)
    #expect(outer.read("text/mirrors.db") == "")
    #expect(try FileManager.default.contentsOfDirectory(atPath: outer.path + "/text") == ["mirrors.db"])
  }

  @Test("A look sees what is there, and what is written while it lasts; it changes nothing")
  func look() async throws {
    let row = MirrorEntry(source: "r.example/a:1", destinations: ["d.example/a"])
    let before = try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
    let looking = try LocalStore(folder: folder, readOnly: true)
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder).sorted() == before)
    #expect(looking.readOnly == "--read-only was given")
    let revision = try await LocalTable(looking).revision()
    let store = try LocalStore(folder: folder)
    try await LocalTable(store).write([.add(row)])
    #expect(try await LocalTable(looking).page(after: nil).entries == [row])
    #expect(try await LocalTable(looking).revision() != revision)
    let error = await #expect(throws: MirrorError.self) { try await LocalTable(looking).write([.remove(row)]) }
    #expect(error?.kind == .refused)
    #expect(try await LocalTable(store).page(after: nil).entries == [row])
  }

  @Test("A store that begins while it is looked at is seen")
  func begun() async throws {
    let other = outer.path + "/other"
    let looking = try LocalStore(folder: other, readOnly: true)
    #expect(try await LocalTable(looking).page(after: nil).entries.isEmpty)
    let row = MirrorEntry(source: "r.example/a:1", destinations: ["d.example/a"])
    try await LocalTable(try LocalStore(folder: other)).write([.add(row)])
    #expect(try await LocalTable(looking).page(after: nil).entries == [row])
  }

  // MARK: - What is in the database

  private func spoil(_ sql: String) throws {
    let queue = try DatabaseQueue(path: folder + "/mirrors.db")
    try queue.writeWithoutTransaction { db in try db.execute(sql: sql) }
    try queue.close()
  }

  static let endless = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n)"

  @Test(
    "A database with anything in it that no ecrmirror makes is refused with its name, and not run",
    .timeLimit(.minutes(15)),
    arguments: [
      ("DROP TABLE mirrors; CREATE VIEW mirrors AS \(endless) SELECT i AS source FROM n", "a view mirrors"),
      (
        "DROP TABLE grdb_migrations; CREATE VIEW grdb_migrations AS \(endless) SELECT i AS identifier FROM n",
        "a view grdb_migrations"
      ),
      ("CREATE TRIGGER more AFTER UPDATE ON jobs BEGIN DELETE FROM mirrors; END", "a trigger more"),
      (
        "DROP TRIGGER jobs_update; CREATE TRIGGER jobs_update AFTER UPDATE ON jobs BEGIN DELETE FROM mirrors; END",
        "a trigger jobs_update"
      ),
      ("CREATE TABLE others (a)", "a table others"),
      ("CREATE INDEX slow ON mirrors (hex(zeroblob(100000000)))", "a index slow"),
      ("ALTER TABLE mirrors ADD COLUMN more AS (hex(source))", "a table mirrors"),
      ("DROP TABLE lease", "lacks tables"),
    ])
  func strangers(sql: String, words: String) throws {
    try spoil(sql)
    for readOnly in [false, true] {
      let said = try #require(refusal(readOnly: readOnly))
      #expect(said.contains(words), "\(said)")
      #expect(said.contains("check what wrote it"))
    }
  }

  @Test("Rows larger than any of ours are left out and named, and the others go on", .timeLimit(.minutes(15)))
  func huge() async throws {
    let store = try LocalStore(folder: folder)
    let backend = Backend.local(store, worker: WorkerLauncher(executable: "/bin/true"))
    let row = MirrorEntry(source: "r.example/a:1", destinations: ["d.example/a"])
    try await backend.table.write([.add(row)])
    let job = try await backend.queue.submitted([request("r.example/a:1")])[0].job
    let big = "replace(hex(zeroblob(30000000)), '0', 'a')"
    try await store.write { db in
      try db.execute(
        sql: """
          INSERT INTO mirrors (source, destinations) VALUES (\(big), 'd'), ('r.example/b:1', \(big));
          INSERT INTO jobs (id, name, origin, mirror, source, destinations, state, created)
            VALUES ('a', '', '', '', \(big), '', 'SUBMITTED', 1);
          INSERT INTO history (at, kind, body) VALUES (\(Date.now.stored), 'run', \(big));
          INSERT INTO observed (mirror, destination, state, since, checked, error)
            VALUES ('r.example/a:1', 'd.example/a', 'drifted', 1, 1, \(big));
          """)
    }
    let page = try await backend.table.page(after: nil)
    #expect(page.entries == [row])
    #expect(page.unreadable.count == 2)
    #expect(page.unreadable.allSatisfy { $0.source.utf8.count <= 600 && $0.reason.contains("too large") })
    #expect(try await backend.queue.jobs(finished: 10).map(\.id) == [job.id])
    #expect(try await backend.history.items(of: nil, limit: 10).isEmpty)
    #expect(try await backend.history.lastSweep() == nil)
    #expect(try await backend.automation.status().faults.contains { $0.subject == "jobs" })
  }

  @Test("A statement without end is ended", .timeLimit(.minutes(15)))
  func endlessStatement() throws {
    let queue = try DatabaseQueue(configuration: StoreLimits.configuration)
    let error = #expect(throws: DatabaseError.self) {
      try queue.read { db in
        try StoreLimits.within(.milliseconds(200), db) {
          try Int.fetchOne(db, sql: "\(Self.endless) SELECT COUNT(*) FROM n")
        }
      }
    }
    #expect(error?.resultCode == .SQLITE_INTERRUPT)
    #expect(try queue.read { db in try Int.fetchOne(db, sql: "SELECT 1") } == 1)
  }
}
