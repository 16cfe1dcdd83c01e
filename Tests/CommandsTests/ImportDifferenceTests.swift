import FoundationEssentials
import MirrorCore
import Support
import Testing

@testable import Commands

struct ImportDifferenceTests {
  static let row = MirrorEntry(source: "r.example/a:1", destinations: ["d.example/a", "e.example/a"])

  static let differences: [(String, @Sendable (inout MirrorEntry) -> Void)] = [
    ("also to f.example/a", { $0.destinations.append("f.example/a") }),
    ("also to f.example/a; no longer to d.example/a e.example/a", { $0.destinations = ["f.example/a"] }),
    ("destinations reordered", { $0.destinations.reverse() }), ("disabled", { $0.enabled = false }),
    ("expires never -> 2033-05-18T03:33:20Z", { $0.expires = Date(timeIntervalSince1970: 2_000_000_000) }),
    (
      "tags none -> include 1.*, exclude *-rc, the latest 3",
      { $0.tags = TagRule(include: ["1.*"], exclude: ["*-rc"], latest: 3) }
    ),
    ("option referrers", { $0.options["referrers"] = .bool(true) }),
    (
      "platforms all -> linux/amd64, linux/arm64, sparse",
      { $0.options = ["platforms": .string("linux/amd64,linux/arm64"), "sparse": .bool(true)] }
    ),
    ("attributes unknown to this program", { $0.other["x"] = .bool(true) }),
  ]

  @Test("A changed row says part by part what differs", arguments: 0..<9)
  func words(number: Int) {
    let (words, change) = Self.differences[number]
    var new = Self.row
    change(&new)
    #expect(ImportDifference.words(from: Self.row, to: new) == words)
  }

  @Test("Each row that would not stay as it is has a line")
  func table() {
    var new = Self.row
    new.enabled = false
    let added = MirrorEntry(source: "r.example/b", destinations: ["d.example/b"], tags: TagRule(semver: ">=1"))
    let lines = ImportDifference.table([.replace(Self.row, with: new), .add(added)]).lines(width: nil)
    #expect(
      lines.map { $0.split(separator: " ").joined(separator: " ") } == [
        "ROW SOURCE DESTINATION WHAT", "changed r.example/a:1 d.example/a e.example/a disabled",
        "new r.example/b d.example/b versions >=1",
      ])
  }
}
