import OCIRegistry
import Testing

@testable import MirrorCore

struct SweepRowsTests {
  static func row(_ source: String, _ destination: String) throws -> SweepRows.Row {
    let entry = MirrorEntry(source: source, destinations: [destination])
    return SweepRows.Row(entry: entry, images: .success(try entry.images()))
  }

  @Test("A row is handed on once, in its order, when everything it names was seen; one that names nothing at once")
  func ready() throws {
    let broken = MirrorEntry(source: "?", destinations: [])
    var rows = SweepRows([
      try Self.row("slow.example/a:1", "r.example/a"), try Self.row("q.example/b:1", "r.example/b"),
      SweepRows.Row(entry: broken, images: .failure(MirrorError(.invalid, "no"))),
      try Self.row("q.example/c:1", "r.example/b:1"),
    ])
    #expect(rows.targets.count == 5, "each distinct reference once")
    var looks = Dictionary(uniqueKeysWithValues: rows.targets.map { ($0, Look.missing) })
    let slow = LookTarget(try ImageReference("slow.example/a:1"))
    looks[slow] = nil
    func take() -> [String] { rows.takeReady(looks).map(\.entry.source) }
    #expect(take() == ["q.example/b:1", "?", "q.example/c:1"])
    #expect(take() == [])
    looks[slow] = .failed("no answer")
    #expect(take() == ["slow.example/a:1"])
    #expect(take() == [])
  }
}
