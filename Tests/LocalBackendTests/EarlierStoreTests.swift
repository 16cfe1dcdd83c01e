import Foundation
import GRDB
import Logging
import MirrorCore
import Support
import TestSupport
import Testing

@testable import LocalBackend

/// Stores that earlier versions wrote.
@Suite struct EarlierStoreTests {
  private let files: TemporaryStore
  private let folder: String

  init() throws {
    files = try TemporaryStore()
    folder = files.folder + "/earlier"
    try FileManager.default.createDirectory(
      atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
  }

  /// A store as it was after this step, with a job as those versions queue one.
  private func write(_ step: String, state: String) async throws {
    let database = try DatabaseQueue(path: folder + "/mirrors.db")
    try LocalSchema.migrator.migrate(database, upTo: step)
    try await database.write { db in
      try db.execute(
        sql: """
          INSERT INTO jobs (id, name, origin, mirror, source, destinations, run, state, created)
          VALUES ('a1', 'run-0123456789abcdef', 'run', 'a:row', 'r.example/a:1', 'd.example/a:1' || char(10) || 'e.example/a:1',
            'r1', '\(state)', \(Date.now.stored))
          """)
    }
    try database.close()
  }

  private static let request = JobRequest(
    origin: .run, mirror: "a:row", source: "r.example/a:1", destinations: ["d.example/a:1", "e.example/a:1"], run: "r1")

  private func queue(readOnly: Bool = false) throws -> LocalQueue {
    LocalQueue(
      try LocalStore(folder: folder, readOnly: readOnly), launcher: WorkerLauncher(executable: "/bin/true"))
  }

  @Test("It is brought up to date, and keeps its jobs", arguments: ["2 the timer", "4 pauses between tries"])
  func migrated(step: String) async throws {
    try await write(step, state: "SUCCEEDED")
    let queue = try queue()
    #expect(try await queue.jobs(finished: 9).map(\.request) == [Self.request])
    #expect(try await queue.store.read { db in try Int.fetchOne(db, sql: "SELECT COUNT(*) FROM leaders") } == 0)
  }

  @Test("Only looked at it stays as it is, and shows its jobs")
  func onlyRead() async throws {
    try await write("4 pauses between tries", state: "SUBMITTED")
    #expect(try await queue(readOnly: true).jobs(finished: 9).map(\.request) == [Self.request])
  }

  @Test("A job that waits in it is done as one of this version is")
  func done() async throws {
    try await write("4 pauses between tries", state: "SUBMITTED")
    let queue = try queue()
    let body = """
      echo "$1 $2 $3 $4"; echo "$ECRMIRROR_ORIGIN $ECRMIRROR_RUN $ECRMIRROR_MIRROR"; echo "$ECRMIRROR_REQUEST"
      """
    let worker = LocalWorker(
      store: queue.store, options: LocalWorker.Options(), executable: try files.script(body),
      logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    #expect(try await worker.run())
    #expect(try await queue.job("a1")?.state == .succeeded)
    let page = try await LocalLogs(queue.store).lines(job: "a1", attempt: nil, after: nil, limit: 10)
    #expect(page.lines.map(\.text) == ["mirror -- r.example/a:1 d.example/a:1,e.example/a:1", "run r1 a:row", "{}"])
  }
}
