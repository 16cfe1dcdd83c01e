import FoundationEssentials
import MirrorCore
import TestSupport
import Testing

@testable import Commands

@Suite struct StatusTableTests {
  private static func snapshot(_ destination: (String) -> String) -> Snapshot {
    let entries = RealNames.references.prefix(30).map {
      MirrorEntry(source: $0, destinations: [destination($0)])
    }
    return Snapshot.join(entries: Array(entries), jobs: [], lastSweep: nil, now: Date(timeIntervalSince1970: 0))
  }

  @Test("Where all go to one place in the same way, it is not said with each row, and sources have the room")
  func pattern() throws {
    let table = StatusTable(
      Self.snapshot { "r.example.com/mirror/\($0.split(separator: ":")[0])" }, palette: nil)
    let pattern = try #require(table.pattern)
    #expect(pattern.prefixes == ["r.example.com/mirror/"])
    let lines = table.table(omitting: pattern).lines(width: 80)
    for (name, line) in zip(RealNames.references, lines.dropFirst()) {
      #expect(line.contains(" \(name) ") || line.hasSuffix(" \(name)"), "\(line)")
    }
    #expect(!lines[0].contains("DESTINATION"))
    let one = StatusTable(
      Self.snapshot {
        $0.contains(":3.18") ? "other.example/x" : "r.example.com/mirror/\($0.split(separator: ":")[0])"
      },
      palette: nil)
    let mixed = one.table(omitting: one.pattern).lines(width: 80)
    #expect(mixed.contains { $0.contains("other.example/x:3.18") })
    #expect(mixed.count { $0.contains("r.example.com/mirror") } == 0)
  }
}
