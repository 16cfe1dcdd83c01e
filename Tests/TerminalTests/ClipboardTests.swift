import Testing

@testable import Terminal

@Suite struct ClipboardTests {
  @Test(
    "A text goes to the clipboard in base 64, wrapped for what stands between",
    arguments: [
      ("", false, false, "\u{1b}]52;c;\u{7}"), ("a", false, false, "\u{1b}]52;c;YQ==\u{7}"),
      ("ab", false, false, "\u{1b}]52;c;YWI=\u{7}"), ("abc", false, false, "\u{1b}]52;c;YWJj\u{7}"),
      ("é漢", false, false, "\u{1b}]52;c;w6nmvKI=\u{7}"),
      ("a", true, false, "\u{1b}Ptmux;\u{1b}\u{1b}]52;c;YQ==\u{7}\u{1b}\\"),
      ("a", false, true, "\u{1b}P\u{1b}]52;c;YQ==\u{7}\u{1b}\\"),
    ])
  func sequences(text: String, tmux: Bool, screen: Bool, expected: String) {
    #expect(String(decoding: Clipboard.sequence(text, tmux: tmux, screen: screen), as: UTF8.self) == expected)
  }

  @Test("Nothing of the text can end the sequence early, and a long one is cut") func bounds() {
    let sequence = Clipboard.sequence(String(repeating: "\u{1b}\\\u{7}", count: 100_000), tmux: false, screen: false)
    #expect(sequence.count < 100_000)
    #expect(sequence.dropFirst().dropLast().allSatisfy { $0 >= 0x20 })
    let pieces = Clipboard.sequence(String(repeating: "x", count: 3000), tmux: false, screen: true)
    #expect(pieces.split(separator: 0x1b).allSatisfy { $0.count <= 768 })
  }
}
