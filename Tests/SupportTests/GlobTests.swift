import Testing

@testable import Support

struct GlobTests {
  @Test(
    "Patterns match whole texts",
    arguments: [
      ("*", "", true), ("*", "abc", true), ("a*c", "abbc", true), ("a*c", "abcd", false), ("?", "a", true),
      ("?", "", false), ("v1.*", "v1.2", true), ("v1.*", "v11.2", false), ("[a-c]x", "bx", true),
      ("[a-c]x", "dx", false), ("[!a-c]x", "dx", true), ("[]]", "]", true), ("\\*", "*", true), ("\\*", "a", false),
      ("*-rc*", "1.0-rc1", true), ("a**b", "ab", true), ("", "", true), ("", "a", false),
    ])
  func matches(pattern: String, text: String, expected: Bool) throws {
    #expect(try #require(Glob(pattern)).matches(text) == expected)
  }

  @Test("A [ without its ] is no pattern", arguments: ["[", "a[bc", "[!"])
  func open(pattern: String) {
    #expect(Glob(pattern) == nil)
  }

  @Test("Many stars cost no more than text times pattern")
  func hostile() throws {
    let glob = try #require(Glob(String(repeating: "a*", count: 50) + "b"))
    #expect(!glob.matches(String(repeating: "a", count: 2000)))
  }
}
