import FoundationEssentials
import MirrorCore
import Support
import Testing

@testable import TUI

struct InterchangeTests {
  static let rows = [
    MirrorEntry(source: "r.example/a:1", destinations: ["d.example/a"]),
    MirrorEntry(
      source: "r.example/b:1", destinations: ["d.example/b", "e.example/b:2"],
      expires: Date(timeIntervalSince1970: 2_000_000_000), enabled: false),
  ]

  @Test("What was exported imports as the same, in every form", arguments: InterchangeFormat.allCases)
  func roundTrip(format: InterchangeFormat) throws {
    #expect(try format.read(try format.write(Self.rows)) == Self.rows)
    #expect(try format.read(try format.write([])).isEmpty)
  }

  @Test("JSON keeps tag rules and options, and CSV refuses what it cannot keep")
  func rules() throws {
    let rule = MirrorEntry(
      source: "r.example/a", destinations: ["d.example/a"],
      tags: TagRule(include: ["1.*"], exclude: ["x"], semver: ">1", latest: 3),
      options: ["referrers": .bool(true)])
    #expect(try JSONRows.read(try JSONRows.write([rule])) == [rule])
    #expect(throws: InterchangeError.self) { try CSVRows.write([rule]) }
  }

  @Test(
    "CSV as people write it",
    arguments: [
      "source,destination\nr.example/a:1,d.example/a\n", "r.example/a:1,d.example/a",
      "\u{feff}source,destination,expires,enabled\r\nr.example/a:1,d.example/a,,\r\n",
      "r.example/a:1, d.example/a , never, yes\n\n", "\"r.example/a:1\",\"d.example/a\",,true\n",
      "Destination,Source\n",
    ])
  func csv(text: String) throws {
    if text.hasPrefix("Destination") {
      #expect(throws: InterchangeError.self) { try CSVRows.read(text) }
    } else {
      #expect(try CSVRows.read(text) == [Self.rows[0]])
    }
  }

  @Test("Columns may come in another order")
  func order() throws {
    let text = "source,enabled,destination\nr.example/b:1,false,d.example/b e.example/b:2\n"
    let row = try #require(try CSVRows.read(text).first)
    #expect(row.destinations == ["d.example/b", "e.example/b:2"])
    #expect(!row.enabled)
  }

  @Test(
    "A mistake in a file is named with its place",
    arguments: [
      (InterchangeFormat.csv, "source,destination\nr.example/a:1\n", "line 2"),
      (.csv, "source,destination\nr.example/a:1,d.example/a\nr.example/b,d.example/b\n", "line 3"),
      (.csv, "source,target\n", "'target' is no column"),
      (.csv, "r.example/a:1,d.example/a,soon\n", "'soon' is no end date"),
      (.csv, "r.example/a:1,d.example/a,,perhaps\n", "true or false"),
      (.csv, "r.example/a:1,d.example/a,,true,more\n", "5 fields"),
      (.json, "{", "not JSON"),
      (.json, "{}", "no list 'mirrors'"),
      (.json, "3", "a list"),
      (.json, #"[{"source": "r.example/a:1"}]"#, "mirror 1"),
      (.json, #"[{"source": "r.example/a:1", "destinations": [1]}]"#, "list of texts"),
      (.json, #"[{"source": "r.example/a:1", "destination": "d.example/a", "colour": 1}]"#, "'colour'"),
      (.json, #"[{"source": "r.example/a:1", "destination": "d.example/a", "enabled": "x"}]"#, "'enabled'"),
      (.json, #"[{"source": "r.example/a", "destination": "d.example/a", "tags": {"latest": "x"}}]"#, "'tags'"),
      (.json, #"[{"source": "r.example/a", "destination": "d.example/a"}]"#, "needs a tag"),
    ])
  func mistakes(format: InterchangeFormat, text: String, word: String) {
    let error = #expect(throws: InterchangeError.self) { try format.read(text) }
    #expect(error?.description.contains(word) == true, "\(error?.description ?? "")")
  }

  @Test("No file can break the readers")
  func garbage() {
    let alphabet = Array("r.example/a:1,d\"\n\r {}[]:0enabled,\u{0}\u{1b}é")
    for _ in 0..<500 {
      let text = String((0..<Int.random(in: 0...80)).compactMap { _ in alphabet.randomElement() })
      for format in InterchangeFormat.allCases { _ = try? format.read(text) }
    }
  }

  @Test(
    "End dates as people write them",
    arguments: [
      ("2026-12-31", "2026-12-31T23:59:59Z"), ("2026-12-31T12:00:00Z", "2026-12-31T12:00:00Z"),
      ("2026-12-31T12:00:00+02:00", "2026-12-31T10:00:00Z"), ("30d", "2001-01-31T00:00:00Z"),
    ])
  func expiry(text: String, expected: String) {
    #expect(Expiry(text, now: Date(timeIntervalSinceReferenceDate: 0))?.date?.rfc3339 == expected)
  }

  @Test("What is no end date is none", arguments: ["", "soon", "2026-13-01", "31.12.2026", "5"])
  func noExpiry(text: String) {
    #expect(Expiry(text, now: .now) == nil)
  }
}
