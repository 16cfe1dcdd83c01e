import Testing

@testable import MirrorCore

@Suite struct TagPatternTests {
  @Test(
    "A glob matches a whole tag; an expression between slashes is looked for in it, in its case",
    arguments: [
      ("v1.*", "v1.2", true), ("v1", "v1.2", false), ("/v1/", "rv1.2", true), ("/^v1$/", "v1.2", false),
      (#"/^v?\d+(\.\d+){2}$/"#, "v1.20.3", true), (#"/^v?\d+(\.\d+){2}$/"#, "v1.20", false),
      ("/^(1|2)-(a|b)+$/", "2-abba", true), ("/ALPINE/", "3-alpine", false), ("/[[:upper:]]/", "a", false),
      ("//", "anything", true), ("/", "a", false),
    ])
  func matches(pattern: String, tag: String, isMatch: Bool) throws {
    #expect(try #require(TagPattern(pattern)).matches(tag) == isMatch)
    #expect(TagPattern.problem(in: pattern) == nil)
  }

  @Test(
    "What is no pattern says why",
    arguments: [
      ("[", "is invalid"), ("/(/", "cannot be used as a regular expression: a ( without its )"),
      (#"/(a)\1/"#, "back references"), ("/é/", "characters that tags cannot have"),
      ("/" + String(repeating: "a", count: 1001) + "/", "longer than 1000"),
      ("/(a|b)*a(a|b){900}c/", "more than 1000 steps"), ("/(a|b)*a(a|b){12}c/", "too complex"),
    ])
  func problems(pattern: String, words: String) {
    #expect(TagPattern(pattern) == nil)
    #expect(TagPattern.problem(in: pattern)?.contains(words) == true, "\(TagPattern.problem(in: pattern) ?? "")")
  }

  @Test(
    "Patterns side by side are told apart; a comma within an expression is its own",
    arguments: [
      ("v*, 1.*,2.*  x", ["v*", "1.*", "2.*", "x"]), (#"/^\d{1,2}$/,v*"#, [#"/^\d{1,2}$/"#, "v*"]),
      ("/a{1,2}/", ["/a{1,2}/"]), ("/a{1,2}", ["/a{1,2}"]), (" , ", []), ("a,/b/", ["a", "/b/"]),
    ])
  func split(text: String, expected: [String]) {
    #expect(TagPattern.split(text) == expected)
  }

  @Test("Rules overlap by what their expressions say, where globs can say it")
  func overlap() {
    func overlap(_ one: String, _ other: String) -> Bool {
      TagRule(include: [one]).canOverlap(TagRule(include: [other]))
    }
    #expect(overlap("/^v[0-9]+$/", "v1*") && !overlap("/^v[0-9]+$/", "w*"))
    #expect(overlap("/alpine/", "*-alpine"))
    // Without an end, in a group: no glob says it, and what cannot be told counts as no.
    #expect(!overlap("/^(ab)+$/", "*"))
    #expect(TagRule(include: ["/^(ab)+$/"]).picks("abab"))
  }

  @Test("A rule has only so many expressions, for each takes time to compile")
  func many() {
    let expressions = (0...TagRule.mostExpressions).map { "/\($0)/" }
    #expect(TagRule(include: Array(expressions.dropLast()), exclude: ["a"]).problem == nil)
    #expect(TagRule(include: ["a"], exclude: expressions).problem?.contains("at most 32 regular expressions") == true)
  }
}
