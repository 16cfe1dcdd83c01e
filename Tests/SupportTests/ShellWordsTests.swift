import Support
import Testing

@Suite struct ShellWordsTests {
  @Test(
    "A line comes apart as a shell takes it apart",
    arguments: [
      ("", []),
      ("  a\tb \n c ", ["a", "b", "c"]),
      (#"aws "two words" 'and more'"#, ["aws", "two words", "and more"]),
      (#"a\ b \"c\""#, ["a b", #""c""#]),
      (#""a\"b\\c\d" 'a\"b'"#, [#"a"b\c\d"#, #"a\"b"#]),
      (#"x"y"'z' '' """#, ["xyz", "", ""]),
      ("a $HOME | b # c", ["a", "$HOME", "|", "b", "#", "c"]),
    ] as [(String, [String])])
  func split(line: String, words: [String]) {
    #expect(ShellWords.split(line) == words)
  }

  @Test(arguments: ["'a", "\"a", "a\\", "a 'b\" c"])
  func whatHasNoEndIsNoLine(line: String) {
    #expect(ShellWords.split(line) == nil)
  }

  @Test(arguments: ["a", "a b", "", "it's", "$(rm)", "ünï", "--x=y", "a\"b\\c", "*", "'\u{301}; rm x"])
  func aQuotedWordComesBackAsItIs(word: String) {
    #expect(ShellWords.split("x \(ShellWords.quote(word)) y") == ["x", word, "y"])
  }
}
