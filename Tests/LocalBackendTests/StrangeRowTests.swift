import FoundationEssentials
import GRDB
import Logging
import MirrorCore
import Support
import TestSupport
import Testing

@testable import LocalBackend

/// Rows of a store that no program of ours wrote.
struct StrangeRowTests {
  let outer: TemporaryFolder
  let store: LocalStore
  let backend: Backend

  init() throws {
    outer = try TemporaryFolder()
    store = try LocalStore(folder: outer.path + "/store")
    backend = .local(store, worker: WorkerLauncher(executable: "/bin/true"))
  }

  static let ids = [
    "../../x", "../x", "..", ".", "", "/", "a/b", "x\0y", "-rf", "x y", "ä", String(repeating: "a", count: 300),
  ]

  private func insert(_ id: String, _ state: String, created: Int64, source: String) async throws {
    try await store.write { db in
      try db.execute(
        sql: """
          INSERT INTO jobs (id, name, origin, mirror, source, destinations, state, created)
          VALUES (CAST(?1 AS TEXT), 'n', 'adhoc', ?2, ?2, 'd.example/x:1', ?3, ?4)
          """, arguments: [Data(id.utf8), source, state, created])
    }
  }

  private func worker() throws -> LocalWorker {
    let script = try outer.standIn("store/batch", "echo done")
    return LocalWorker(
      store: store, options: LocalWorker.Options(), executable: script,
      logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
  }

  private func names(_ folder: String) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
  }

  @Test(
    "A job whose id is no name is neither run nor removed from the disk, nor is anything else, and it is told",
    arguments: ids)
  func idIsNoPath(id: String) async throws {
    try outer.write("x/precious", "p")
    try outer.write("store/x/precious", "p")
    let other = try await backend.queue.submitted([request("r.example/other:1")])[0].job
    #expect(try await worker().run())
    try await insert(id, "SUBMITTED", created: Date.now.stored, source: "r.example/a:1")
    let good = try await backend.queue.submitted([request("r.example/b:1")])[0].job
    #expect(try await worker().run(), "the queue is empty, whatever that row says")
    // One that is over and old is dropped, and its folder with it.
    try await store.write { db in
      try db.execute(sql: "UPDATE jobs SET state = 'SUCCEEDED', created = 0 WHERE source = 'r.example/a:1'")
    }
    let status = try await backend.automation.status()
    #expect(status.faults.map(\.subject) == ["jobs"])
    #expect(status.faults.first?.reason.contains("1 rows of the queue are not jobs") == true)
    #expect(try await worker().run())

    #expect(try names(outer.path) == ["store", "x"])
    #expect(outer.read("x/precious") == "p")
    #expect(outer.read("store/x/precious") == "p")
    #expect(try names(outer.path + "/store/jobs") == [good.id, other.id].sorted())
    #expect(try names(outer.path + "/store/jobs/" + good.id) == ["attempt-1.log"])
    #expect(Set(try await backend.queue.jobs(finished: 10).map(\.id)) == [good.id, other.id])
    await #expect(throws: MirrorError.self) {
      try await backend.logs.lines(job: id, attempt: nil, after: nil, limit: 1)
    }
    await #expect(throws: MirrorError.self) { try await JobLock.enter(store, job: id, attempt: 1) }
  }

  @Test("A row that is no job holds up no job of its source")
  func placeInTheQueue() async throws {
    try await insert("../../x", "RUNNING", created: 1, source: "r.example/a:1")
    let job = try await backend.queue.submitted([request("r.example/a:1")])[0]
    #expect(job.isNew)
    #expect(try await worker().run())
    #expect(try await backend.queue.job(job.job.id)?.state == .succeeded)
  }

  @Test(
    "A row whose state or time is none is no job",
    arguments: ["state = 'PAUSED'", "state = x'ff'", "created = 'x'", "created = 9223372036854775807", "created = -1"])
  func noJob(change: String) async throws {
    try await insert("a", "SUBMITTED", created: 1, source: "r.example/a:1")
    try await store.write { db in try db.execute(sql: "UPDATE jobs SET \(change)") }
    #expect(try await worker().run())
    #expect(try await backend.queue.jobs(finished: 10).isEmpty)
    #expect(try await backend.automation.status().faults.map(\.subject) == ["jobs"])
  }

  @Test(
    "Numbers of tries that cannot be are passed over",
    arguments: ["9223372036854775807", "-9223372036854775808", "'x'", "x'00'", "1e300", "0", "1001"])
  func attempts(number: String) async throws {
    let job = try await backend.queue.submitted([request("r.example/a:1")])[0].job
    try await store.write { db in
      try db.execute(
        sql: "INSERT INTO attempts (job, number, started, process) VALUES (?, \(number), 1, 99999999999)",
        arguments: [job.id])
    }
    #expect(try await worker().run())
    let ended = try #require(try await backend.queue.job(job.id))
    #expect(ended.state == .succeeded)
    #expect(ended.attempts.map(\.number) == [1])
  }

  @Test(
    "A process of a try that is no process is nobody's",
    arguments: ["99999999999", "-9223372036854775808", "'x'", "x'00'", "1e300", "0", "1", "-1"])
  func process(value: String) async throws {
    let job = try await backend.queue.submitted([request("r.example/a:1")])[0].job
    try await store.write { db in
      try db.execute(sql: "UPDATE jobs SET state = 'RUNNING'")
      try db.execute(
        sql: "INSERT INTO attempts (job, number, started, process) VALUES (?, 1, ?, \(value))",
        arguments: [job.id, Date.now.stored])
    }
    #expect(try await worker().run())
    #expect(try await backend.queue.job(job.id)?.state == .succeeded)
  }

  static let nonsense = [
    "'x'", "x'ff'", "9223372036854775807", "-9223372036854775808", "1e300", "-1",
  ]

  @Test(
    "Nonsense as lease, timer or pause is ignored and told",
    arguments: ["process", "interval", "next", "expires", "since"], nonsense)
  func lone(column: String, value: String) async throws {
    let table = ["expires": "lease", "since": "pause"][column] ?? "timer"
    try await store.write { db in
      try db.execute(
        sql: """
          INSERT INTO lease VALUES (1, 'run', 'somebody', 1);
          INSERT INTO timer VALUES (1, 7, 60000, \(Date.now.stored));
          INSERT INTO pause VALUES (1, 1);
          UPDATE \(table) SET \(column) = \(value);
          """)
    }
    let status = try await backend.automation.status()
    #expect(status.faults.contains { $0.subject == table && $0.reason.contains("is invalid") })
    #expect(status.timer.isPaused, "that somebody wanted a pause is certain")
    let lease = RunLease(run: "mine", holder: "me", expires: .now + 60)
    #expect(try await backend.history.acquire(lease) == nil)
    try await backend.automation.setTimer(isPaused: false)
    let keeper = LocalTimekeeper(store, every: .seconds(60))
    #expect(try await !keeper.isPaused())
    try await keeper.announce(next: .now + 60)
    #expect(try await backend.automation.status().faults.isEmpty)
  }

  @Test("Nonsense as what was seen, or as a row's end, is not believed", arguments: nonsense)
  func mirrors(value: String) async throws {
    try await backend.table.write([
      .add(MirrorEntry(source: "r.example/a:1", destinations: ["d.example/a"])),
      .add(MirrorEntry(source: "r.example/b:1", destinations: ["d.example/b"])),
    ])
    try await store.write { db in
      try db.execute(
        sql: """
          INSERT INTO observed (mirror, destination, state, since, checked)
          VALUES ('r.example/a:1', 'd.example/a', 'in-sync', \(value), 1), ('r.example/a:1', 'd', 'in-sync', 1, \(value));
          UPDATE mirrors SET expires = \(value) WHERE source = 'r.example/b:1';
          INSERT INTO mirrors (source, destinations) VALUES (x'ff00', 'd'), (CAST(x'6100ff' AS TEXT), 'd');
          """)
    }
    var page = try await backend.table.page(after: nil)
    // A second before 1970 is a time.
    page.entries.removeAll { $0.source == "r.example/b:1" && ($0.expires == nil || value == "-1") }
    #expect(page.entries == [MirrorEntry(source: "r.example/a:1", destinations: ["d.example/a"])])
    #expect(page.unreadable.filter { $0.reason.contains("not text") }.count == 2)
    #expect(page.next == nil)
  }
}
