import Testing

@testable import Support

struct GlobTests {
  @Test(
    "Patterns match whole texts",
    arguments: [
      ("*", "", true), ("*", "abc", true), ("a*c", "abbc", true), ("a*c", "abcd", false), ("?", "a", true),
      ("?", "", false), ("v1.*", "v1.2", true), ("v1.*", "v11.2", false), ("[a-c]x", "bx", true),
      ("[a-c]x", "dx", false), ("[!a-c]x", "dx", true), ("[]]", "]", true), ("[\\^-]", "^", true),
      ("[\\^-]", "a", false), ("[\\]-a]", "_", true),
      ("\\*", "*", true), ("\\*", "a", false),
      ("*-rc*", "1.0-rc1", true), ("a**b", "ab", true), ("", "", true), ("", "a", false),
      ("v+([0-9])", "v", false), ("v+([0-9])", "v12", true), ("v+([0-9])", "v1a", false), ("a?(b)c", "ac", true),
      ("a?(b)c", "abc", true), ("a?(b)c", "abbc", false), ("*(a)b", "aab", true), ("*(a)b", "b", true),
      ("+([0-9]).+([0-9])", "10.20", true), ("+([0-9]).+([0-9])", "10.", false), ("+(?)", "", false),
    ])
  func matches(pattern: String, text: String, expected: Bool) throws {
    #expect(try #require(Glob(pattern)).matches(text) == expected)
  }

  @Test(
    "A [ without its ], and more than one thing in +( ), are no pattern",
    arguments: ["[", "a[bc", "[!", "+(ab)", "+(", "?([a)"])
  func open(pattern: String) {
    #expect(Glob(pattern) == nil)
  }

  @Test("Many stars cost no more than text times pattern")
  func hostile() throws {
    let glob = try #require(Glob(String(repeating: "a*", count: 50) + "b"))
    #expect(!glob.matches(String(repeating: "a", count: 2000)))
  }

  @Test(
    "A regular expression becomes the patterns that match the same",
    arguments: [
      ("^latest$", ["latest"]), ("latest", ["*latest*"]), ("^3\\.\\d+$", ["3.+([0-9])"]), ("^v?1$", ["?(v)1"]),
      ("^(a|b)-x$", ["a-x", "b-x"]), ("^a|b$", ["a*", "*b"]), ("^.*-rc.$", ["*-rc?"]), ("^1.+$", ["1?*"]),
      ("^[0-9a-f]{3}$", ["[0-9a-f][0-9a-f][0-9a-f]"]), ("^a{1,2}b{2,}$", ["a?(a)b+(b)"]),
      ("^(-[a-z])?$", ["", "-[a-z]"]), ("^[-^]$", ["[\\^-]"]), ("^[\\^]$", ["[\\^]"]), ("^[A-\\]]$", ["[A-\\]]"]),
      ("^[^-]\\w\\-$", ["[!-][a-zA-Z0-9_]-"]), ("^^1$$", ["1"]), ("^(?:x)*?$", ["*(x)"]), ("^(a|a)$", ["a"]),
      ("", ["*"]),
      ("^(ab){0,2}$", ["", "ab", "abab"]), ("^[\\d.]+$", ["+([0-9.])"]),
    ])
  func fromRegex(regex: String, patterns: [String]) throws {
    #expect(try Glob.patterns(regex: regex).map(\.description) == patterns)
  }

  @Test(
    "A regular expression that no few patterns can say is refused",
    arguments: [
      "(ab)+", "(?i)a", "\\bx", "a(^b)", "a^b", "a$b", "(", ")", "[a", "a**", "*", "a{", "a{x}", "a{2,1}", "a{999}",
      "[[:alpha:]]",
      "[z-a]", "((a|b|c|d){3}){2}", "\u{e9}", "a\u{301}",
    ])
  func noPatterns(regex: String) {
    #expect(throws: Glob.RegexError.self) { try Glob.patterns(regex: regex) }
  }

  @Test("Groups within groups end somewhere, not the stack")
  func deepRegex() throws {
    func nested(_ depth: Int) -> String {
      String(repeating: "(", count: depth) + "a" + String(repeating: ")", count: depth)
    }
    #expect(try Glob.patterns(regex: "^\(nested(32))$").map(\.description) == ["a"])
    #expect(throws: Glob.RegexError.self) { try Glob.patterns(regex: nested(200_000)) }
  }

  @Test(
    "A pattern is spelled, and said as a regular expression, so that it comes back as the same",
    arguments: [
      "*", "a*c", "?", "v1.*", "[a-c]x", "[!a-c]x", "[]a-]", "\\*", "v+([0-9])", "?(x)*([!-])", "a\\(", "+\\(", "",
      "[\\^-]", "[\\^]", "[\\!^]", "[!^]", "[A-\\]]", "[x\\]-a]", "[\\\\-]",
    ])
  func spelled(pattern: String) throws {
    let glob = try #require(Glob(pattern))
    #expect(Glob(glob.description) == glob)
    #expect(try Glob.patterns(regex: "^\(glob.regex)$") == [glob])
  }

  @Test(
    "A pattern that no tag can match, or that is too long, is none, and the reason is told",
    arguments: [
      (String(repeating: "a", count: 129), "has more than 128 characters, more than tags can have"),
      (String(repeating: "?", count: 129) + "*", "has more than 128 characters, more than tags can have"),
      (String(repeating: "?(a)", count: 255) + "bb", "has more than 256 parts"),
      (String(repeating: "*", count: 100_000), "is longer than 1024 characters"),
      (String(repeating: "+(", count: 500), "is invalid"),
      ("v\u{e9}*", "has characters that tags cannot have"), ("a\n", "has characters that tags cannot have"),
    ])
  func tooMuch(pattern: String, words: String) {
    #expect(Glob(pattern) == nil)
    #expect(Glob.problem(in: pattern)?.hasPrefix(words) == true)
  }

  @Test("Stars in a row are one")
  func stars() throws {
    #expect(try #require(Glob(String(repeating: "*", count: 1000))).pieces.count == 1)
    #expect(Glob("**(?)*")?.description == "*")
    #expect(Glob.problem(in: String(repeating: "a", count: 128)) == nil)
  }

  @Test("A long regular expression is refused before it is taken apart, one for long tags while it is")
  func longRegex() {
    for (regex, reason) in [
      (String(repeating: "a", count: 1025), "more than 1024 characters"),
      ("^" + String(repeating: "a", count: 129) + "$", "more than 128 characters, more than tags can have"),
      ("^(a{64}){3}$", "more than 128 characters, more than tags can have"),
      ("^" + String(repeating: "a?", count: 257) + "$", "more than 256 parts"),
      ("^[abcdefghijklm]{100}$", "more than 1024 characters as a pattern"),
    ] {
      let error = #expect(throws: Glob.RegexError.self) { try Glob.patterns(regex: regex) }
      #expect(error?.reason == reason)
    }
  }
}
