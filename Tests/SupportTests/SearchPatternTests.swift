import Testing

@testable import Support

@Suite struct SearchPatternTests {
  static func found(_ source: String, _ text: String) throws -> [String] {
    let bytes = Array(text.utf8)
    let pattern = try SearchPattern(source, findsRanges: true)
    let ranges = pattern.ranges(in: bytes)
    // An empty match is a match, and no range.
    #expect(pattern.matches(bytes) || ranges.isEmpty)
    return ranges.map { String(decoding: bytes[$0], as: UTF8.self) }
  }

  @Test(
    "What matches is found from the left, as long as it can be, whatever its case",
    arguments: [
      ("b+", "abbcB", ["bb", "B"]), ("^a", "aab", ["a"]), ("c$", "cabc", ["c"]), ("x*", "abxx", ["xx"]),
      ("(a|ab)(c|bcd)", "abcd", ["abcd"]), ("a{2,3}", "aaaaa", ["aaa", "aa"]), ("a{2}", "aaaaa", ["aa", "aa"]),
      ("a{2,}", "aaaaa", ["aaaaa"]), ("a{,2}b", "aaab", ["aab"]), ("(?:ab)+?", "ababx", ["abab"]),
      ("(a*b)?", "aaaabaaa", ["aaaab"]), ("a|", "ba", ["a"]), ("()", "ab", []), ("", "ab", []),
      // Characters, not bytes.
      (".{2}", "aéz中", ["aé", "z中"]), ("É+", "aéÉ", ["éÉ"]), ("[é-ü]+", "aéüz", ["éü"]),
      ("[^é]+", "aéz🐳", ["a", "z🐳"]),
      ("[[:alpha:]]+", "ab1", ["ab"]), ("[]a]+", "b]a", ["]a"]), ("[a\\]-]+", "]-ab", ["]-a"]), ("[^^]", "^a", ["a"]),
      ("[\\d.]+", "v1.20x", ["1.20"]), ("\\w+\\W\\S", "a_1 !", ["a_1 !"]), ("\\.\\*", "a.*", [".*"]),
      ("a\\/b", "a/b", ["a/b"]),
      // Lines and words.
      (".+", "ab\ncd", ["ab", "cd"]), ("^b$", "a\nb\nc", ["b"]), ("[^a]", "\na", []), ("\\s", "a\n", ["\n"]),
      ("\\bfoo\\b", "a foo, foob", ["foo"]), ("\\<b|b\\>", "bab b", ["b", "b", "b"]), ("a\\B.", "ab a ", ["ab"]),
      ("(^|,)x", "x,xx", ["x", ",x"]),
    ])
  func finds(source: String, text: String, expected: [String]) throws {
    #expect(try Self.found(source, text) == expected)
  }

  @Test(
    "Where case counts, a letter matches only itself",
    arguments: [
      ("a[b-c]\\w", "abC", true), ("a", "A", false), ("[a-z]", "Q", false), ("\\q?", "", nil), ("É", "é", false),
      ("[^a]", "A", true), ("\\D", "A", true),
    ] as [(String, String, Bool?)])
  func cases(source: String, text: String, isMatch: Bool?) {
    #expect((try? SearchPattern(source, isCaseSensitive: true))?.matches(Array(text.utf8)) == isMatch)
  }

  @Test(
    "What is no expression is refused with the reason",
    arguments: [
      ("(", "a ( without its )"), (")", "a ) without its ("), ("[", "a [ without its ]"), ("[]", "a [ without its ]"),
      ("a{", "a { without its }"), ("a{x}", "not a count"), ("a{2,1}", "not a count"), ("a{}", "not a count"),
      ("a{,}", "not a count"), ("a{-1}", "not a count"), ("a{99999999999999999999}", "not a count"),
      ("a{1001}", "more than 1000"),
      ("*", "nothing before it"), ("a|+", "nothing before it"), ("a**", "two quantifiers"), ("\\", "nothing after it"),
      ("(a)\\1", "back references"), ("(?=a)", "begins with (?"), ("\\q", "is unknown"), ("[z-a]", "ends before"),
      ("[\\d-z]", "ends before"), ("[[:nope:]]", "an unknown class"), ("[[.a.]]", "an unknown class"),
    ])
  func refuses(source: String, words: String) {
    let error = #expect(throws: PatternError.self) { try SearchPattern(source) }
    #expect(error?.description.contains(words) == true, "\(error?.description ?? "")")
  }

  @Test(
    "An expression that would take too much is refused before it is compiled",
    arguments: [
      "(a|b)*a(a|b){900}c", "(a|b)*a(a|b){12}c", "[a-z].{300}x", "[0-9]+.{20}x", "((a{1,200}){1,200}){1,200}",
      "(((){1000}){1000}){1000}", String(repeating: "(", count: 50_000), String(repeating: "*", count: 100_000),
      "a" + String(repeating: "*", count: 100_000), String(repeating: "|", count: 100_000),
      "(^(" + (0..<64).map { "v\($0)" }.joined(separator: "|") + ")" + String(repeating: "x", count: 4000),
      String(repeating: "(", count: 51) + String(repeating: ")", count: 51), String(repeating: "[^é]", count: 200),
    ])
  func tooMuch(source: String) {
    #expect(throws: PatternError.self) { try SearchPattern(source) }
  }

  @Test(
    "What is taken has few states, and took a bounded number of steps to compile",
    arguments: [
      "^docker.*:3", "error.{10}foo", "sha256:[0-9a-f]{64}", String(repeating: "a|", count: 499), "[0-9]{1,300}x",
      String(repeating: "[a-y]?[b-z]?", count: 80),
      String(repeating: "(", count: 50) + "a" + String(repeating: ")", count: 50),
      String(repeating: "\\b", count: 400), String(repeating: "(a|b|c|d|e|f|g|h|i|j)?", count: 45),
    ])
  func bounded(source: String) throws {
    let automaton = try SearchPattern(source).anywhere
    #expect(automaton.stateCount <= Automaton.mostStates)
    // A state too many may have been made before the bound was looked at.
    #expect(automaton.work <= Automaton.mostWork + 256 * PatternProgram.longest)
  }

  @Test("Any expression is refused or found as it is found by trying every place")
  func garbage() throws {
    var random = SystemRandomNumberGenerator()
    let parts = [
      "a", "b", "(", ")", "(a|b)", "[ab]", "[^a]", "*", "+", "?", "{2}", "{1,3}", ".", "|", "^", "$", "\\b", "é", "\n",
      "[é-ü]",
    ]
    let letters = ["a", "b", "A", "é", "\n", " "]
    for _ in 0..<3000 {
      let source = (0..<Int.random(in: 1...7, using: &random)).compactMap { _ in parts.randomElement(using: &random) }
        .joined()
      guard let pattern = try? SearchPattern(source, findsRanges: true), let ends = pattern.ends else { continue }
      let text = (0..<8).compactMap { _ in letters.randomElement(using: &random) }.joined()
      let bytes = Array(text.utf8)
      var expected: [Range<Int>] = []
      var at = 0
      while at < bytes.count {
        var looks = 1000
        if let end = ends.longest(in: bytes, from: at, &looks), end > at {
          expected.append(at..<end)
          at = end
        } else {
          at += 1
        }
      }
      #expect(pattern.ranges(in: bytes) == expected, "\(source) in \(text)")
      if !expected.isEmpty { #expect(pattern.matches(bytes), "\(source) in \(text)") }
    }
  }
}
