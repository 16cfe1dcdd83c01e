import OCIRegistry
import Terminal
import TestSupport
import Testing

@testable import Commands

@Suite struct TextTableTests {
  private static let reason =
    "ghcr.io answered 503 Service Unavailable to a look at the manifest, and is asked again later"

  /// As `status` has it, of real names.
  private static func table(notes: Bool = true) -> TextTable {
    var table = TextTable(
      .word("STATE"), .reference("SOURCE"), .reference("DESTINATION"), .spare("SOURCE DIGEST"), .spare("DIGEST"),
      .spare("CHECKED"), .note("NOTE"))
    for (index, name) in RealNames.references.enumerated() {
      table.add(
        "source-missing", name, "123456789012.dkr.ecr.eu-central-1.amazonaws.com/mirror/\(name)", "0123456789ab", "-",
        "3m ago", notes && index % 3 == 0 ? reason : "")
    }
    return table
  }

  @Test("A table fits its terminal, with every tag of at most 40 characters whole", arguments: [80, 100, 120, 200])
  func fits(width: Int) {
    for (index, line) in Self.table(notes: false).lines(width: width).enumerated() {
      #expect(line.columns <= width, "\(line)")
      let words = line.split(separator: " ")
      guard index > 0, words.count > 2 else { continue }
      let tag = RealNames.references[index - 1].split(separator: ":").last ?? ""
      // Beside a tag of 30 columns a name has none.
      guard tag.count <= 24 else { continue }
      #expect(words[1].hasSuffix(":\(tag)") && words[2].hasSuffix(":\(tag)"), "\(line)")
    }
  }

  @Test("A column that says nothing gives its room away") func silent() {
    var table = TextTable(.word("STATE"), .reference("SOURCE"), .reference("DESTINATION"), .note("NOTE"))
    table.add("failed", "quay.io/prometheus/node-exporter:v1.8.2", "", "")
    #expect(!table.fits(50))
    #expect(table.lines(width: 50) == ["STATE   SOURCE", "failed  quay.io/prometheus/node-exporter:v1.8.2"])
    #expect(table.fits(66) && table.lines(width: 66)[0].hasSuffix("SOURCE                                   NOTE"))
    #expect(table.lines(width: nil)[0].hasSuffix("DESTINATION  NOTE"))
  }

  @Test("Without a width all of it is there, lined up") func whole() {
    let lines = Self.table().lines(width: nil)
    #expect(lines.count == RealNames.references.count + 1)
    for (name, line) in zip(RealNames.references, lines.dropFirst()) {
      #expect(line.contains(" \(name) ") && line.contains("/mirror/\(name) "))
    }
    let places = lines.dropFirst().map { line in
      line.firstRange(of: "0123456789ab").map { line.distance(from: line.startIndex, to: $0.lowerBound) }
    }
    #expect(Set(places).count == 1)
    #expect(lines[1].hasSuffix(Self.reason))
  }

  @Test("A note that has no room beside its row stands whole below it") func notes() {
    let lines = Self.table().lines(width: 80)
    #expect(!lines[0].contains("NOTE"))
    let below = lines.dropFirst(2).prefix { $0.hasPrefix("    ") }
    #expect(below.map { $0.drop { $0 == " " } }.joined() == Self.reason)
    #expect(lines.allSatisfy { $0.columns <= 80 })
    var short = TextTable(.word("STATE"), .reference("SOURCE"), .note("NOTE"))
    short.add("failed", "quay.io/prometheus/node-exporter:v1.8.2", "it answered 503")
    #expect(short.lines(width: 80)[1] == "failed  quay.io/prometheus/node-exporter:v1.8.2  it answered 503")
    #expect(
      short.lines(width: 60).dropFirst() == ["failed  quay.io/prometheus/node-exporter:v1.8.2", "    it answered 503"])
  }

  @Test("Spare columns give their room to names, and colours are no columns") func spare() {
    var table = TextTable(.word("STATE"), .spare("ONE"), .spare("TWO"), .reference("SOURCE"))
    let name = "quay.io/prometheus/node-exporter:v1.8.2"
    table.add("failed", "11111111", "22222222", name) { "<\($0)>" }
    #expect(table.lines(width: 80, painted: 0)[1] == "<failed  >11111111  22222222  \(name)")
    #expect(table.lines(width: 66, painted: 0)[1] == "<failed  >22222222  \(name)")
    #expect(table.lines(width: 57, painted: 0)[1] == "<failed  >22222222  \(name)")
    #expect(table.lines(width: 56, painted: 0)[1] == "<failed  >\(name)")
    #expect(table.lines(width: 40, painted: 0, ellipsis: "~")[1] == "<failed  >quay/prome~/node-exporter:v1.8.2")
  }
}
