import FoundationEssentials
import OCIRegistry
import Testing

@testable import MirrorCore

@Suite struct SharedDestinationsTests {
  private let now = Date(timeIntervalSince1970: 1_795_464_000)

  private func row(_ source: String, _ destinations: String..., rule: TagRule? = nil) -> MirrorEntry {
    MirrorEntry(source: source, destinations: destinations, tags: rule)
  }

  /// Rows in which some share a tag, or a repository with a rule, and all that share nothing.
  private var tables: [(name: String, rows: [MirrorEntry])] {
    let all = TagRule(include: ["*"])
    var off = row("s.example/d:1", "r.example/a")
    off.enabled = false
    return [
      ("nothing", [row("s.example/a:1", "r.example/a"), row("s.example/b:1", "r.example/b")]),
      ("a tag", [row("s.example/a:1", "r.example/a"), row("s.example/b:1", "r.example/x", "r.example/a")]),
      ("two tags", [row("s.example/a:1", "r.example/a"), row("s.example/b:2", "r.example/a")]),
      ("a disabled row", [row("s.example/a:1", "r.example/a"), off]),
      ("a rule and a tag", [row("s.example/a", "r.example/a", rule: all), row("s.example/b:2", "r.example/a")]),
      ("a tag and a rule", [row("s.example/b:2", "r.example/a"), row("s.example/a", "r.example/a", rule: all)]),
      ("two rules", [row("s.example/b", "r.example/a", rule: all), row("s.example/a", "r.example/a", rule: all)]),
      ("rules apart", [row("s.example/b", "r.example/b", rule: all), row("s.example/a", "r.example/a", rule: all)]),
      ("an unusable row", [row("s.example/b", "r.example/b"), row("??", "r.example/b"), row("s.example/a:1")]),
    ]
  }

  @Test(
    "The claims of rows that may share something are those of all rows, as far as two share them",
    arguments: [true, false])
  func claims(isForwards: Bool) {
    for (name, rows) in tables {
      let rows = isForwards ? rows : rows.reversed()
      var all = DestinationClaims(rows, now: now)
      all.keepShared()
      var shared = SharedDestinations()
      for row in rows { shared.add(row, now: now) }
      var some = DestinationClaims(rows.filter { shared.mayConcern($0, now: now) }, now: now)
      some.keepShared()
      #expect(some == all, "\(name)")
      #expect(shared.isEmpty == all.repositories.isEmpty || name == "two tags", "\(name)")
    }
  }
}
