import Support
import Testing

@testable import Documents

struct DocumentValueTests {
  @Test(
    "A text reads back as that text, whatever it looks like",
    arguments: [
      "1.0", "true", "null", "~", "- a", "a: b", "#", "'", "\"", "*a", "&a", "!x", "{a}", "[a]", "a\nb", " a ",
      "\u{301}'", "ü→", "\t", String(repeating: "long words ", count: 40),
    ])
  func texts(text: String) throws {
    let yaml = try DocumentValue.mapping([(.text(text), .list([.text(text)]))]).yaml()
    let pairs = try DocumentNode(yaml: yaml).pairs()
    #expect(pairs.map(\.key) == [text])
    #expect(try pairs.first?.value.texts() == [text])
    #expect(try pairs.first?.value.json() == .array([.string(text)]))
  }

  @Test("Keys stay in their order, and words are what they say")
  func words() throws {
    let yaml = try DocumentValue.mapping([
      (.word("version"), .word("1")), (.word("on"), .word("true")), (.word("none"), .list([])),
      (.word("inner"), .mapping([])),
    ]).yaml()
    #expect(yaml == "version: 1\non: true\nnone: []\ninner: {}\n")
  }
}
