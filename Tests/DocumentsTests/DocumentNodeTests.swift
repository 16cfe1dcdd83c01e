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

  @Test("What is nested without end, or grows without end, is refused at once")
  func bombs() throws {
    #expect(throws: DocumentError.self) { try DocumentNode(yaml: String(repeating: "[", count: 100_000)) }
    var lines = ["a0: &a0 {x: 1}", "b0: &b0 [x, x]"]
    for level in 1...60 {
      lines.append("a\(level): &a\(level) {<<: [*a\(level - 1), *a\(level - 1)]}")
      lines.append("b\(level): &b\(level) [*b\(level - 1), *b\(level - 1)]")
    }
    let pairs = try DocumentNode(yaml: lines.joined(separator: "\n")).pairs()
    #expect(throws: DocumentError.self) { try pairs[pairs.count - 2].value.pairs() }
    #expect(throws: DocumentError.self) { try pairs[pairs.count - 1].value.json() }
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
    "JSON is read as JSON",
    arguments: [
      (#"{"a": null, "b": [true, 1, 1.5, "1", "true", "null", ""]}"#),
      "{\n\t\"a\":null,\"b\":[true,1,1.5e0,\"\\u0031\",\"true\",\"null\",\"\"]\n}",
    ])
  func json(text: String) throws {
    let expected: [JSONValue] = [
      .bool(true), .integer(1), .number(1.5), .string("1"), .string("true"), .string("null"), .string(""),
    ]
    #expect(try DocumentNode(yaml: text).json() == .object(["a": .null, "b": .array(expected)]))
  }
}
