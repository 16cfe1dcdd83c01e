import MirrorCore
import Testing

@testable import LocalBackend

@Suite struct RevisionTests {
  @Test("Each part's revision is another after a change, seen through another connection too, and the same without")
  func revisions() async throws {
    let temporary = try TemporaryStore()
    let one = temporary.store
    let other = try LocalStore(folder: one.folder)
    let (table, reader) = (LocalTable(one), LocalTable(other))
    var last = try await reader.revision()
    for number in 0..<20 {
      try await table.write([.add(MirrorEntry(source: "x.io/a:\(number)", destinations: ["y.io/a"]))])
      let next = try await reader.revision()
      #expect(next != last && next != nil)
      for _ in 0..<20 { #expect(try await reader.revision() == next) }
      last = next
    }
    #expect(try await LocalHistory(other).revision() == LocalHistory(one).revision())
  }
}
