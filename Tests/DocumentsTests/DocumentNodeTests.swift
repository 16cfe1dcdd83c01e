import Support
import Testing

@testable import Documents

struct DocumentNodeTests {
  @Test("Aliases and merges count as what they stand for, and what stands there itself goes first")
  func merges() throws {
    let root = try DocumentNode(
      yaml: """
        base: &base {one: a, two: b}
        more: &more {two: c, three: d}
        here:
          <<: [*base, *more]
          one: own
        """)
    let here = try #require(try root.pairs().last?.value)
    let pairs = try here.pairs().map { "\($0.key)=\(try $0.value.text())" }
    #expect(pairs == ["one=own", "two=b", "three=d"])
  }

  @Test(
    "A mistake has its line",
    arguments: [
      ("a: 1\nb: [", 2), ("a: 1\nb: 2\na: 3\n", 1), ("a: 1\nb: \u{1}\n", 2), ("a: 1\nb: *nobody\n", 2),
      ("a: 1\n---\nb: 2\n", 2), ("{\"a\": 1,\n\"b\" 2}", 2),
    ])
  func lines(text: String, line: Int) {
    let error = #expect(throws: DocumentError.self) { try DocumentNode(yaml: text) }
    #expect(error?.line == line, "\(error?.description ?? "")")
  }

  @Test(
    "What is nested without end, or grows without end, is refused at once, with its line",
    arguments: [
      (String(repeating: "[", count: 100_000), 1),
      (growing("[*, *]") + "last: 1", 18), (growing("{x: *, y: *}") + "last: 1", 18),
      (growing("{<<: [*, *]}") + "last: 1", 18),
      (growing("[*, *]", levels: 15) + "{*a15 : 1}: 1", 17), (growing("[*, *]", levels: 15) + "? *a15\n: 1", 17),
      (growing("[*, *]", levels: 15) + "a: [*a15]: 1", 17),
      (String(repeating: "? ", count: 900) + "[1, 2]", 1),
    ])
  func bombs(text: String, line: Int) {
    let error = #expect(throws: DocumentError.self) { try DocumentNode(yaml: text) }
    #expect(error?.line == line, "\(error?.description ?? "")")
  }

  /// Each line has the one before 20 lists deep.
  private static func deepening(levels: Int) -> String {
    let (open, close) = (String(repeating: "[", count: 20), String(repeating: "]", count: 20))
    return (1...levels).reduce(into: "a0: &a0 \(open)\(close)\n") { text, level in
      text += "a\(level): &a\(level) \(open)*a\(level - 1)\(close)\n"
    }
  }

  /// Each line takes in the one before.
  private static func merging(levels: Int) -> String {
    (1...levels).reduce(into: "a0: &a0 {x: 1}\n") { text, level in
      text += "a\(level): &a\(level) {<<: *a\(level - 1)}\n"
    }
  }

  @Test("Aliases go as deep as what stands there itself, and no deeper")
  func aliasDepth() throws {
    for (text, line) in [(Self.deepening(levels: 3), 4), (Self.merging(levels: 63), 64)] {
      let error = #expect(throws: DocumentError.self) { try DocumentNode(yaml: text) }
      #expect(error?.line == line && error?.reason.contains("nested too deeply") == true)
    }
    let root = try DocumentNode(yaml: Self.merging(levels: 62))
    #expect(try root.pairs().last?.value.pairs().map(\.key) == ["x"])
    #expect(throws: Never.self) { try DocumentNode(yaml: Self.deepening(levels: 2)) }
  }

  @Test("Nothing is no text, but in quotes", arguments: ["a:", "a: ~", "a: null", "a: Null", "{\"a\": null}"])
  func nothing(text: String) throws {
    let place = try #require(try DocumentNode(yaml: text).pairs().first?.value)
    #expect(throws: DocumentError(line: 1, "a string is expected here")) { try place.text() }
    #expect(try place.items().isEmpty)
    let quoted = try #require(try DocumentNode(yaml: "a: 'null'").pairs().first?.value)
    #expect(try quoted.text() == "null")
    #expect(throws: DocumentError(line: 1, "a list is expected here")) { try quoted.items() }
  }

  /// Each line stands for the one before twice.
  private static func growing(_ shape: String, levels: Int = 60) -> String {
    (1...levels).reduce(into: "a0: &a0 {x: 1}\n") { text, level in
      text +=
        "a\(level): &a\(level) \(shape.split(separator: "*", omittingEmptySubsequences: false).joined(separator: "*a\(level - 1)"))\n"
    }
  }

  @Test("Defaults that 10,000 rows share, and merges with 100,000 keys, are read")
  func large() throws {
    let rows = String(repeating: "  - {<<: *defaults, own: 1}\n", count: 10_000)
    let root = try DocumentNode(
      yaml: "defaults: &defaults {\((1...40).map { "k\($0): 1" }.joined(separator: ", "))}\nrows:\n\(rows)")
    #expect(try root.pairs().last?.value.list()?.last?.pairs().count == 41)
    let keys = (1...100_000).map { "k\($0): 1" }.joined(separator: ", ")
    #expect(try DocumentNode(yaml: "<<: {\(keys)}").pairs().count == 100_000)
  }

  @Test(
    "Characters that JSON escapes in two halves are read as one",
    arguments: [
      (#"["\ud83d\ude00"]"#, "\u{1f600}"), (#"["a\\ud83d\ud83d\uDE00b"]"#, "a\\ud83d\u{1f600}b"),
      (#"["\u00e9\\u"]"#, "é\\u"),
    ])
  func halves(text: String, expected: String) throws {
    #expect(try DocumentNode(json: text).json() == .array([.string(expected)]))
  }

  @Test(
    "JSON may have tabs wherever it has blanks",
    arguments: ["\t[\"a\"]", "\r\n\t [\t\"a\"\t]\t\n\t", "[\n\t\"a\"\n]\n"])
  func tabs(text: String) throws {
    #expect(try DocumentNode(json: text).json() == .array([.string("a")]))
  }

  @Test(
    "A key of JSON may be as long as it likes, and stand apart from its colon",
    arguments: [
      (String(repeating: "é\\\"", count: 2000), " :"), ("a", "\n:"), ("a", "\r\n \t :"),
      ("a", String(repeating: " ", count: 2000) + ":"),
      (String(repeating: "a", count: 1021), ":"), ("", "\n:"),
    ])
  func keys(key: String, colon: String) throws {
    let node = try DocumentNode(json: "{\"b\": [\"x\"],\n\"\(key)\"\(colon) {\"c\": 1}\n}")
    let name = key.replacing("\\\"", with: "\"")
    #expect(try node.json() == .object(["b": .array([.string("x")]), name: .object(["c": .integer(1)])]))
    #expect(try node.pairs().last?.value.keyLine == 2)
  }

  @Test(
    "JSON is read as JSON",
    arguments: [
      (#"{"a": null, "b": [true, 1, 1.5, "1", "true", "null", ""]}"#),
      "{\n\t\"a\":null,\"b\":[true,1e0,1.5e0,\"\\u0031\",\"true\",\"null\",\"\"]\n}",
    ])
  func json(text: String) throws {
    let expected: [JSONValue] = [
      .bool(true), .integer(1), .number(1.5), .string("1"), .string("true"), .string("null"), .string(""),
    ]
    #expect(try DocumentNode(yaml: text).json() == .object(["a": .null, "b": .array(expected)]))
  }

  @Test(
    "Lists within lists are refused where they are too deep, in whatever way they are written",
    arguments: ["- ", "[a,", "{a: ", "? ", "- - [", "[", "{"])
  func depth(part: String) {
    let error = #expect(throws: DocumentError.self) {
      try DocumentNode(yaml: String(repeating: part, count: 100_000))
    }
    #expect(error?.line == 1)
  }

  @Test("As deep as is taken, and no deeper")
  func deepest() throws {
    func nested(_ depth: Int) -> String { String(repeating: "- ", count: depth) + "a" }
    #expect(throws: Never.self) { try DocumentNode(yaml: nested(DocumentBounds.deepest)) }
    let error = #expect(throws: DocumentError.self) { try DocumentNode(yaml: nested(DocumentBounds.deepest + 1)) }
    #expect(error?.description == "line 1: it is nested too deeply, more than 64 nested lists and mappings")
  }

  @Test("More values than are read are refused where they become too many")
  func most() {
    let error = #expect(throws: DocumentError.self) {
      try DocumentBounds.check(String(repeating: "-\n", count: 1000), most: 100)
    }
    #expect(error?.description == "line 198: there are more than 100 values up to here; split it into several files")
    #expect(throws: Never.self) { try DocumentBounds.check(String(repeating: "-\n", count: 100), most: 100) }
    #expect(DocumentBounds.most == 2_000_000)
  }

  @Test(
    "A whole number is one within its range, of whatever base and size it is",
    arguments: [
      "9223372036854775807", "9223372036854775808", "9223372036854775807:59", "1:1:1:1:1:1:1:1:1:1:1:1:1:1",
      "0x7fffffffffffffffffff", "1_0", "-1", "1e2", "1.0", ".nan", "''",
    ])
  func numbers(text: String) throws {
    let node = try DocumentNode(yaml: "\na: \(text)")
    let value = try #require(try node.pairs().first?.value)
    let error = #expect(throws: DocumentError.self) { try value.integer(in: 1...10) }
    #expect(error?.description == "line 2: a whole number from 1 to 10 is expected here")
  }

  @Test("A number beyond all numbers is a mistake with its line, and a word that reads like one is a word")
  func infinite() throws {
    for text in ["[1, 1e999]", "[1, -1e999]", "[1, 1\(String(repeating: "0", count: 400))]"] {
      let error = #expect(throws: DocumentError.self) { try DocumentNode(json: text).json() }
      #expect(error?.reason.hasSuffix("is too large for a number") == true && error?.line == 1)
    }
    let words = try DocumentNode(yaml: "[inf, nan, -infinity]").json()
    #expect(words == .array([.string("inf"), .string("nan"), .string("-infinity")]))
  }
}
