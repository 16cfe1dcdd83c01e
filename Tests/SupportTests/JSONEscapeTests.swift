import FoundationEssentials
import Support
import Testing

@Suite struct JSONEscapeTests {
  @Test(
    "What steers a terminal or reorders text is escaped, and the value stays",
    arguments: ["\u{9b}31m", "a\u{202e}b", "\u{7f}", "\u{2066}x\u{2069}", "\u{e0041}", "é漢🚀", "\u{1b}[0m\n", "plain"])
  func escapes(text: String) throws {
    let document = String(decoding: try JSONEncoder().encode([text]), as: UTF8.self)
    let escaped = document.withJSONEscapes
    #expect(escaped.unicodeScalars.allSatisfy { !$0.isUnsafeToShow })
    #expect(try JSONDecoder().decode([String].self, from: Data(escaped.utf8)) == [text])
    if text == "é漢🚀" { #expect(escaped == document) }
  }

  @Test("The form is four hexadecimal digits, a pair of them above U+FFFF") func form() {
    #expect("[\"\u{9b}\u{202e}\u{e0041}\"]".withJSONEscapes == #"["\u009b\u202e\udb40\udc41"]"#)
    #expect("{\n  \"a\": 1\n}".withJSONEscapes == "{\n  \"a\": 1\n}")
  }
}
