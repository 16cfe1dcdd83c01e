import Foundation
import GRDB
import MirrorCore
import TestSupport
import Testing

@testable import LocalBackend

/// A store that another takes the place of, or holds, while it is open.
@Suite struct StoreOutageTests {
  private let files: TemporaryStore
  private let table: any MirrorTable

  init() async throws {
    files = try TemporaryStore()
    table = files.idle.table
    try await table.write([.add(Self.row("r.example/app:1"))])
  }

  private static func row(_ source: String) -> MirrorEntry {
    MirrorEntry(source: source, destinations: ["d.example/app:1"])
  }

  private var database: [String] { ["", "-wal", "-shm"].map { "\(files.folder)/mirrors.db\($0)" } }

  private func fails(_ cause: Outage.Cause, _ advice: String) async throws {
    let error = await #expect(throws: MirrorError.self) { _ = try await table.page(after: nil) }
    #expect(error?.outage?.cause == cause, "\(String(describing: error))")
    #expect(error?.description.contains(advice) == true, "\(String(describing: error))")
  }

  private func sources() async throws -> [String] { try await table.page(after: nil).entries.map(\.source) }

  @Test("A file that is no database cannot be used, and once the right one is back all goes on")
  func strange() async throws {
    for file in database { try FileManager.default.moveItem(atPath: file, toPath: "\(file).aside") }
    try Data(String(repeating: "this is no database\n", count: 1000).utf8).write(
      to: URL(filePath: "\(files.folder)/mirrors.db"))
    try await fails(.unusable, "restore the file, or name another folder with --local")
    try FileManager.default.removeItem(atPath: "\(files.folder)/mirrors.db")
    for file in database { try FileManager.default.moveItem(atPath: "\(file).aside", toPath: file) }
    #expect(try await sources() == ["r.example/app:1"])
  }

  @Test("A store that was thrown away is gone, and a new one in its place is read and written")
  func gone() async throws {
    for file in database { try FileManager.default.removeItem(atPath: file) }
    try await fails(.gone, "restore it")
    try await LocalTable(LocalStore(folder: files.folder)).write([.add(Self.row("r.example/new:1"))])
    #expect(try await sources() == ["r.example/new:1"])
    let entry = try #require(try await table.entry("r.example/new:1"))
    var off = entry
    off.enabled = false
    try await table.write([.replace(entry, with: off)])
    #expect(try await LocalTable(LocalStore(folder: files.folder)).entry(entry.source)?.enabled == false)
  }

  @Test("Who holds the store is given some time, then it is locked; and when it is let go all goes on")
  func locked() async throws {
    var configuration = Configuration()
    configuration.allowsUnsafeTransactions = true
    let other = try DatabaseQueue(path: "\(files.folder)/mirrors.db", configuration: configuration)
    let old = Self.row("r.example/app:1")
    var off = old
    off.enabled = false
    try await other.writeWithoutTransaction { db in try db.execute(sql: "BEGIN IMMEDIATE") }
    let error = await #expect(throws: MirrorError.self) { try await table.write([.replace(old, with: off)]) }
    #expect(error?.outage?.cause == .locked, "\(String(describing: error))")
    #expect(error?.description.contains("end the other process that locks it, or try again") == true)
    // Reading goes on meanwhile.
    #expect(try await sources() == ["r.example/app:1"])
    try await other.writeWithoutTransaction { db in try db.execute(sql: "ROLLBACK") }
    try await table.write([.replace(old, with: off)])
    #expect(try await table.entry(old.source)?.enabled == false)
  }
}
