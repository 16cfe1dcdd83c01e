import Documents
import FoundationEssentials
import MirrorCore
import Support
import Testing

@testable import Interchange

struct InterchangeTests {
  static let rows = [
    MirrorEntry(source: "r.example/a:1", destinations: ["d.example/a"]),
    MirrorEntry(
      source: "r.example/b:1", destinations: ["d.example/b", "e.example/b:2"],
      expires: Date(timeIntervalSince1970: 2_000_000_000), enabled: false),
  ]

  @Test("What was exported imports as the same, in every form", arguments: InterchangeFormat.written)
  func roundTrip(format: InterchangeFormat) throws {
    let target = format == .skopeo || format == .list ? ImageTarget(prefix: "d.example/x") : nil
    let rows = Self.rows(format)
    let written = try ExportedRows(rows, format, to: target)
    #expect(written.left.isEmpty)
    #expect(try ImportedRows(written.text, format, to: target).entries == rows)
    let none = try ExportedRows([], format, to: target)
    #expect(try ImportedRows(none.text, format, to: target).entries.isEmpty)
  }

  @Test("JSON that is written row by row is laid out as if it were written whole", arguments: 0...4)
  func layout(count: Int) throws {
    let rule = MirrorEntry(
      source: "r.example/c", destinations: ["d.example/c"], tags: TagRule(include: ["1.*", "\"\\"], latest: 3),
      options: ["referrers": .bool(true), "platforms": .array([]), "more": .object([:])])
    let plain = MirrorEntry(source: "r.example/d:1", destinations: [])
    let rows = Array((Self.rows + [rule, plain]).prefix(count))
    let text = try ExportedRows(rows, .json, to: nil).text
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    let value = try JSONDecoder().decode(JSONValue.self, from: Data(text.utf8))
    #expect(text == String(decoding: try encoder.encode(value), as: UTF8.self) + "\n")
  }

  static let mistaken: [(InterchangeFormat, String, [Int])] = [
    (.csv, "r.example/a:1,d.example/a\nBAD:1,d.example/b\nr.example/c:1,\nr.example/a:1,d.example/d\n", [2, 3, 4]),
    (
      .json,
      "[{\"source\": \"BAD:1\", \"destinations\": [\"d.example/a\"]},\n{\"source\": \"r.example/a:1\", \"destinations\": []}]",
      [1, 2]
    ),
    (
      .regsync,
      "version: 1\nsync:\n- {source: BAD, target: d.example/a, type: image}\n- {source: r.example/a:1, type: image}\n",
      [3, 4]
    ),
    (.skopeo, "r.example:\n  images:\n    BAD: [a]\n    UPPER: [b]\n", [3, 4]),
    (
      .list, "# bad ones\nBAD\nr.example/a:1 d.example/b\nr.example/a@sha256:\(String(repeating: "0", count: 64))\n",
      [2, 3, 4]
    ),
  ]

  @Test(
    "All mistakes of a file are told, each with its line, up to a number that a person mends at once", arguments: 0..<5)
  func mistakes(number: Int) {
    let (format, text, lines) = Self.mistaken[number]
    let target = format == .skopeo || format == .list ? ImageTarget(prefix: "d.example/x") : nil
    let errors = #expect(throws: DocumentErrors.self) { try ImportedRows(text, format, to: target) }
    #expect(errors?.errors.map(\.line) == lines)
    #expect(errors?.more == 0)
  }

  @Test("Of a thousand mistakes the first twenty are told, and how many there are")
  func manyMistakes() {
    let text = String(repeating: "BAD:1,d.example/b\n", count: 1000)
    let errors = #expect(throws: DocumentErrors.self) { try ImportedRows(text, .csv, to: nil) }
    #expect(errors?.errors.map(\.line) == Array(1...20))
    #expect(errors?.more == 980)
    #expect(throws: DocumentError.self) { try ImportedRows("BAD:1,d.example/b\n", .csv, to: nil) }
  }

  /// What the form can hold.
  private static func rows(_ format: InterchangeFormat) -> [MirrorEntry] {
    let rule = TagRule(
      include: ["1.*", "v+([0-9])"], exclude: ["*-rc?"], semver: "^1.2 || >=3.0.0 <3.4", suffix: "-k3s+([0-9])",
      latest: 3)
    switch format {
    case .csv:
      return rows + [
        MirrorEntry(
          source: "r.example/p:1", destinations: ["d.example/p"],
          options: ["platforms": .array([.string("linux/amd64"), .string("linux/arm/v7")])])
      ]
    case .dregsy, .imageSyncer, .ocMirror, .kubernetes, .compose: return rows
    case .json:
      return rows + [
        MirrorEntry(
          source: "r.example/a", destinations: ["d.example/a"], tags: rule, options: ["referrers": .bool(true)])
      ]
    case .regsync:
      var rule = rule
      rule.latest = nil
      rule.suffix = nil
      let all = TagRule(semver: ">=1.2-0 <2 || >=3.0.0 >=0.0.0-0")
      return [
        MirrorEntry(source: "r.example/a:1", destinations: ["d.example/a:1", "e.example/a:stable"]),
        MirrorEntry(
          source: "r.example/a", destinations: ["d.example/a", "e.example/a"], tags: rule,
          options: [
            "referrers": .bool(true),
            "platforms": .array([.string("linux/arm64"), .string("windows/amd64:10.0.20348")]),
            "sparse": .bool(true),
          ]),
        MirrorEntry(source: "r.example/b", destinations: ["d.example/b"], tags: TagRule(include: ["*"])),
        MirrorEntry(source: "r.example/d", destinations: ["d.example/d"], tags: all),
        MirrorEntry(source: "r.example/c@sha256:" + String(repeating: "0", count: 64), destinations: ["d.example/c:1"]),
      ]
    case .skopeo:
      func row(_ source: String, _ rule: TagRule? = nil) -> MirrorEntry {
        let name = source.split(separator: "/").last?.prefix { $0 != ":" } ?? ""
        return MirrorEntry(source: source, destinations: ["d.example/x/\(name)"], tags: rule)
      }
      return [
        row("r.example/a:1"), row("r.example/a:1.10"), row("r.example/a", TagRule(include: ["*"])),
        row("r.example/team/b", TagRule(include: ["1.*", "v+([0-9])"])),
        row("r.example/c", TagRule(semver: ">=1.2 <2")), row("r.example/d", TagRule(semver: ">=3.5.4-0 || ~1.2")),
      ]
    case .list:
      return ["a:1", "a:1.10", "team/b:latest"].map {
        let name = $0.split(separator: "/").last?.prefix { $0 != ":" } ?? ""
        return MirrorEntry(source: "r.example/\($0)", destinations: ["d.example/x/\(name)"])
      }
    }
  }

  @Test(
    "A row that a form cannot hold is left out with the reason",
    arguments: [
      (InterchangeFormat.csv, Change { $0.tags = TagRule() }, "tag rule"),
      (.csv, Change { $0.options = ["a": .bool(true)] }, "options"),
      (.csv, Change { $0.options = ["platforms": .string("linux/amd64"), "sparse": .bool(true)] }, "sparse"),
      (.csv, Change { $0.options = ["platforms": .string("linux")] }, "'linux' is not a platform"),
      (.regsync, Change { $0.options = ["platforms": .string("linux/amd64")] }, "an index of their own"),
      (.regsync, Change { $0.enabled = false }, "is disabled"),
      (.regsync, Change { $0.expires = .now }, "expiry date"),
      (.regsync, Change { $0.options = ["immutable": .bool(true)] }, "immutable"),
      (.regsync, Change { $0.options = ["platforms": .string("x")] }, "platforms"),
      (.regsync, Change { $0.toRule(TagRule(latest: 3)) }, "latest"),
      (.regsync, Change { $0.toRule(TagRule(semver: ">=1.0.0-rc.1")) }, "prerelease"),
      (.regsync, Change { $0.toRule(TagRule(semver: "^1 || >=2-0")) }, "prerelease"),
      (.regsync, Change { $0.toRule(TagRule(semver: "^1", suffix: "-alpine")) }, "suffix"),
      (.regsync, Change { $0.source = "UPPER:1" }, "is invalid"),
      (.list, Change { $0.toRule(TagRule(semver: "^1")) }, "tag rule"),
      (.list, Change { $0.destinations = ["d.example/other"] }, "would be put at d.example/x/a"),
      (.skopeo, Change { $0.destinations = ["d.example/other"] }, "would be put at d.example/x/a"),
      (.skopeo, Change { $0.destinations = ["d.example/x/a:other"] }, "would be put at d.example/x/a"),
      (.skopeo, Change { $0.destinations.append("e.example/a") }, "goes to"),
      (.skopeo, Change { $0.options = ["platforms": .string("linux/amd64")] }, "platforms"),
      (.skopeo, Change { $0.toRule(TagRule(exclude: ["x"])) }, "excludes tags"),
      (.skopeo, Change { $0.toRule(TagRule(include: ["1"], semver: ">1")) }, "both"),
    ])
  func left(format: InterchangeFormat, change: Change, word: String) throws {
    let plain = MirrorEntry(source: "r.example/b:1", destinations: ["d.example/x/b"])
    var entry = MirrorEntry(source: "r.example/a:1", destinations: ["d.example/x/a"])
    change.apply(&entry)
    let target = format == .skopeo || format == .list ? ImageTarget(prefix: "d.example/x") : nil
    let written = try ExportedRows([entry, plain], format, to: target)
    #expect(written.left.map(\.source) == [entry.source])
    #expect(written.left.first?.reason.contains(word) == true, "\(written.left)")
    #expect(try ImportedRows(written.text, format, to: target).entries.map(\.source) == [plain.source])
  }

  struct Change: Sendable {
    let apply: @Sendable (inout MirrorEntry) -> Void
    init(_ apply: @escaping @Sendable (inout MirrorEntry) -> Void) { self.apply = apply }
  }

  @Test(
    "CSV as people write it",
    arguments: [
      "source,destination\nr.example/a:1,d.example/a\n", "r.example/a:1,d.example/a",
      "\u{feff}source,destination,expires,enabled\r\nr.example/a:1,d.example/a,,\r\n",
      "source,destination,platforms\r\nr.example/a:1,d.example/a,\r\n",
      "r.example/a:1, d.example/a , never, yes\n\n", "\"r.example/a:1\",\"d.example/a\",,true\n",
      "Destination,Source\n",
    ])
  func csv(text: String) throws {
    if text.hasPrefix("Destination") {
      #expect(throws: DocumentError.self) { try CSVRows.read(text).checked() }
    } else {
      #expect(try CSVRows.read(text).entries == [Self.rows[0]])
    }
  }

  @Test("Guarded CSV begins no field as a formula does, and reads back as the same rows") func formulas() throws {
    // No valid row begins so; a store may hold others.
    let sources = [
      "=1+1", "+x", "-x", "@x", "＝1", "'=x", "''-x", "'x", "plain.io/a:1", "a=b", "=\u{301}1", "'=\u{301}1",
    ]
    let odd = sources.map { MirrorEntry(source: $0, destinations: ["=d.example/a", "@b"]) }
    let guarded = try ExportedRows(odd, .csv, to: nil, guardsFormulas: true)
    #expect(guarded.left.isEmpty)
    let lines = guarded.text.split(separator: "\n").dropFirst()
    #expect(lines.allSatisfy { !$0.contains(#/(^|,)"?[=+\-@＝＋－＠]/#) })
    #expect(lines.first == "\"'=1+1\",\"'=d.example/a @b\",\"\",\"true\",\"\"")
    for guards in [true, false] {
      for entry in odd {
        let field = CSVRows.field(entry.source, guardsFormulas: guards)
        #expect(CSVRows.unguarded(field) == entry.source)
      }
      #expect(
        try CSVRows.read(ExportedRows(Self.rows, .csv, to: nil, guardsFormulas: guards).text).entries == Self.rows)
    }
    let hidden = MirrorEntry(source: "a\u{202e}b", destinations: ["d.example/a"])
    #expect(
      try ExportedRows([hidden], .csv, to: nil, guardsFormulas: true).left.map(\.reason) == ["has control characters"])
  }

  @Test("A list has an image on each line, and comments")
  func list() throws {
    let text = """
      \u{feff}# what the cluster runs

      alpine   # without a tag: latest
      quay.io/team/app:1.0
      \tdocker://quay.io/team/app:1.0\r
      docker.io/library/redis:7@sha256:\(String(repeating: "0", count: 64))
      """
    let target = ImageTarget(prefix: "d.example/x", layout: .whole)
    let rows = try ImportedRows(text, InterchangeFormat(file: "images.txt"), to: target)
    #expect(
      rows.entries == [
        MirrorEntry(source: "alpine:latest", destinations: ["d.example/x/docker.io/library/alpine"]),
        MirrorEntry(source: "quay.io/team/app:1.0", destinations: ["d.example/x/quay.io/team/app"]),
        MirrorEntry(
          source: "docker.io/library/redis:7@sha256:" + String(repeating: "0", count: 64),
          destinations: ["d.example/x/docker.io/library/redis"]),
      ])
    #expect(throws: InterchangeMisuse.self) { try ImportedRows(text, .list, to: nil) }
  }

  @Test("Columns may come in another order")
  func order() throws {
    let text = "source,enabled,destination\nr.example/b:1,false,d.example/b e.example/b:2\n"
    let row = try #require(try CSVRows.read(text).entries.first)
    #expect(row.destinations == ["d.example/b", "e.example/b:2"])
    #expect(!row.enabled)
  }

  @Test(
    "A mistake in a file is named with its place",
    arguments: [
      (InterchangeFormat.csv, "source,destination\nr.example/a:1\n", "line 2"),
      (.csv, "source,destination\nr.example/a:1,d.example/a\nr.example/b,d.example/b\n", "line 3"),
      (.csv, "source,target\n", "unknown column 'target'"),
      (.csv, "r.example/a:1,d.example/a,soon\n", "'soon' is not an expiry date"),
      (.csv, "r.example/a:1,d.example/a,,perhaps\n", "true or false"),
      (.csv, "r.example/a:1,d.example/a,,true,,more\n", "6 fields"),
      (.csv, "r.example/a:1,d.example/a,,true,linux\n", "line 1: 'linux' is not a platform"),
      (.csv, "r.example/a:1,d.example/a\nr.example/b:1,d.example/b\nr.example/a:1,d.example/c\n", "first on line 1"),
      (.json, "{", "line 1"),
      (.json, "{}", "a key 'mirrors'"),
      (.json, "3", "keys and values"),
      (.json, "[\n{\"source\": \"r.example/a:1\"}]", "line 2"),
      (.json, "[\n{\"source\": \"r.example/a:1\",\n\"destinations\": [[]]}]", "line 3"),
      (.json, #"[{"source": "r.example/a:1", "destination": "d.example/a", "colour": 1}]"#, "'colour'"),
      (.json, #"[{"source": "r.example/a:1", "destination": "d.example/a", "enabled": "x"}]"#, "true or false"),
      (.json, #"[{"source": "r.example/a", "destination": "d.example/a", "tags": {"latest": "x"}}]"#, "whole number"),
      (.json, #"[{"source": "r.example/a", "destination": "d.example/a"}]"#, "needs a tag"),
    ])
  func mistakes(format: InterchangeFormat, text: String, word: String) {
    let error = #expect(throws: DocumentError.self) { try ImportedRows(text, format, to: nil) }
    #expect(error?.description.contains(word) == true, "\(error?.description ?? "")")
  }

  @Test(
    "A number that nothing can be is a mistake with its line, in every form",
    arguments: [
      "9223372036854775807", "-9223372036854775808", "9223372036854775808", "99999999999999999999999", "1e300",
      "-1e300",
      "1e400", "nan", "inf", "9223372036854775807:59", "253402300800", "-62135769601", "1e12",
    ])
  func numbers(number: String) throws {
    let row = #""source": "r.example/a:1", "destination": "d.example/a""#
    for (format, text, line) in [
      (InterchangeFormat.json, "[\n{\(row),\n\"expires\": \(number)}]", "line 3: "),
      (.json, "[\n{\(row),\n\"expires\": \"\(number)\"}]", "line 3: "),
      (.json, "[{\(row.replacing(":1", with: "")),\n\"tags\": {\"latest\": \(number)}}]", "line 2: "),
      (.csv, "source,destination,expires\nr.example/a:1,d.example/a,\(number)\n", "line 2: "),
      (.csv, "source,destination,expires\nr.example/a:1,d.example/a,\(number)w\n", "line 2: "),
      (.regsync, "version: \(number)\nsync: []\n", "line 1: "),
      (
        .regsync,
        "sync:\n- {source: r.example/a, target: d.example/a, type: repository,\n  tags: {semverRange: ['^\(number)']}}",
        "line 3: "
      ),
      (.skopeo, "r.example:\n  images-by-semver:\n    a: '~\(number)'", "line 3: "),
    ] {
      if format != .json && format != .csv && number == "253402300800" || number == "1e12" && format == .skopeo {
        continue
      }
      let target = format == .skopeo ? ImageTarget(prefix: "d.example") : nil
      let error = #expect(throws: DocumentError.self, "\(text)") { try ImportedRows(text, format, to: target) }
      #expect(error?.description.hasPrefix(line) == true, "\(text): \(error?.description ?? "")")
    }
  }

  @Test(
    "End dates are those of the years 1 to 9999",
    arguments: [("253402300799", 253_402_300_799), ("-62135769600", -62_135_769_600), ("0", 0), ("1e9", 1_000_000_000)])
  func lastDates(number: String, seconds: Double) throws {
    let text = #"[{"source": "r.example/a:1", "destination": "d.example/a", "expires": \#(number)}]"#
    #expect(try ImportedRows(text, .json, to: nil).entries.first?.expires == Date(timeIntervalSince1970: seconds))
  }

  @Test("Lines without end, and ones that are too many or too long, are read in their length or refused")
  func lines() throws {
    let row = "r.example/a:1,d.example/a"
    let blank = String(repeating: "\n", count: 999)
    #expect(try CSVRows.read(blank + row, mostLines: 1000).entries.count == 1)
    #expect(CSVRows.mostLines == 1_000_000)
    for (text, words) in [
      (blank + "\n" + row, "line 1001: there are more than 1000 lines"),
      (row + String(repeating: " ", count: CSVRows.longestLine), "line 1: it is longer than 4 MiB"),
    ] {
      let error = #expect(throws: DocumentError.self) { try CSVRows.read(text, mostLines: 1000) }
      #expect(error?.description.hasPrefix(words) == true, "\(error?.description ?? "")")
    }
  }

  @Test(
    "A regular expression for tags that is too long or has too much in it is refused with its line",
    arguments: [
      (String(repeating: "a", count: 32_000), "more than 1024 characters"),
      (
        "(^(" + (0..<64).map { "v\($0)" }.joined(separator: "|") + ")" + String(repeating: "x", count: 4000),
        "more than 1024"
      ),
      (String(repeating: "a", count: 129), "more than 128 characters, more than tags can have"),
      (
        "^(" + (0..<64).map { "v\($0)" }.joined(separator: "|") + ")" + String(repeating: "a?", count: 300),
        "more than 256 parts"
      ),
    ])
  func longExpressions(regex: String, words: String) {
    for (format, text) in [
      (
        InterchangeFormat.regsync,
        "sync:\n- {source: r.example/a, target: d.example/a, type: repository,\n  tags: {allow: ['\(regex)']}}"
      ),
      (.skopeo, "r.example:\n  images-by-tag-regex:\n    a: '\(regex)'"),
    ] {
      let target = format == .skopeo ? ImageTarget(prefix: "d.example") : nil
      let error = #expect(throws: DocumentError.self) { try ImportedRows(text, format, to: target) }
      #expect(
        error?.description.hasPrefix("line 3: ") == true && error?.description.contains(words) == true,
        "\(error?.description ?? "")")
    }
  }

  @Test("No file can break the readers")
  func garbage() {
    let alphabet = Array("r.example/a:1,d\"\n\r {}[]:0enabled,\u{0}\u{1b}é")
    for _ in 0..<500 {
      let text = String((0..<Int.random(in: 0...80)).compactMap { _ in alphabet.randomElement() })
      for format in InterchangeFormat.allCases {
        for target in [nil, ImageTarget(prefix: "d.example")] { _ = try? ImportedRows(text, format, to: target) }
      }
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

  @Test(
    "What is no end date is none",
    arguments: [
      "", "soon", "2026-13-01", "31.12.2026", "5", "999999999w", "10000-01-01", "+99999-01-01T00:00:00Z",
      "999999999d1w",
      String(repeating: "999999999w", count: 1000),
    ])
  func noExpiry(text: String) {
    #expect(Expiry(text, now: .now) == nil)
  }

  @Test("One mirror may have very many destinations, each of them once, in one row or in many")
  func manyDestinations() throws {
    let expected = (0..<20_000).map { "d.example/x\($0):1" }
    let field = (expected + expected).joined(separator: " ")
    let row = try ImportedRows("source,destination\ns.example/a:1,\(field)", .csv, to: nil)
    #expect(try row.entries.first?.images().first?.destinations.count == expected.count)
    let entries = (expected + expected.prefix(9)).map { "- {source: 's.example/a:1', target: '\($0)', type: image}" }
    let rows = try ImportedRows("sync:\n\(entries.joined(separator: "\n"))", .regsync, to: nil)
    #expect(rows.entries.map(\.destinations) == [expected])
  }
}

extension MirrorEntry {
  fileprivate mutating func toRule(_ rule: TagRule) {
    source = "r.example/a"
    tags = rule
  }
}

struct CSVLineTests {
  @Test(
    "A line comes apart at its commas",
    arguments: [
      ("a,b", ["a", "b"]), (" a , b ", ["a", "b"]), ("", [""]), ("a,", ["a", ""]), (",", ["", ""]),
      ("\"a,b\",c", ["a,b", "c"]), ("\"a\"\"b\"", ["a\"b"]), (" \"a\" ,\"\"", ["a", ""]),
      ("\"a\u{301}\"", ["a\u{301}"]),
      ("\"\"\"\u{301}\"", ["\"\u{301}"]), ("a b\tc", ["a b\tc"]),
    ])
  func fields(line: String, fields: [String]) {
    #expect(CSVLine.fields(line[...]) == fields)
  }

  @Test(
    "Quotes that do not pair are no CSV", arguments: ["\"a", "a\"b\"", "\"a\" b", "\"a\"\"", "\"a\" \"b\"", "\"a\"b,c"])
  func unpaired(line: String) {
    #expect(CSVLine.fields(line[...]) == nil)
  }
}
