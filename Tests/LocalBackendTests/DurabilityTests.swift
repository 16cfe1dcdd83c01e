import GRDB
import Support
import TestSupport
import Testing

@testable import LocalBackend

/// What is waited for before a write is acknowledged: https://www.sqlite.org/pragma.html#pragma_synchronous
@Suite struct DurabilityTests {
  private static let (normal, full) = (1, 2)
  let files: TemporaryStore

  init() throws {
    files = try TemporaryStore()
  }

  private static func level(_ db: Database) throws -> Int? { try Int.fetchOne(db, sql: "PRAGMA synchronous") }

  @Test("What is acknowledged is there after a power cut") func written() async throws {
    #expect(try await files.store.write(Self.level) == Self.full)
  }

  @Test("What may be lost waits for no disk, and what follows it waits again") func noted() async throws {
    #expect(try await files.store.note(Self.level) == Self.normal)
    #expect(try await files.store.write(Self.level) == Self.full)
  }

  @Test("What follows something that was cancelled while it was noted waits all the same")
  func cancelled() async throws {
    let (began, goOn) = (Gate(), Gate())
    let store = files.store
    let note = Task {
      try await store.note { db in
        began.open()
        goOn.pass()
        return try Self.level(db)
      }
    }
    try await waitFor("the note to begin") { began.isOpen }
    note.cancel()
    goOn.open()
    await #expect(throws: (any Error).self) { try await note.value }
    #expect(try await store.write(Self.level) == Self.full)
  }
}
