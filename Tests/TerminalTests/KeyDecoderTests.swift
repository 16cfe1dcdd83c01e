import CNcurses
import Testing

@testable import Terminal

@Suite struct KeyDecoderTests {
  typealias Input = KeyDecoder.Input

  static func characters(_ text: String) -> [Input] {
    text.unicodeScalars.map { .character($0.value) }
  }

  @Test(
    "Characters become keys",
    arguments: [
      ("a", [Key.character("a")]), ("A", [.character("A")]), (" ", [.character(" ")]), ("é", [.character("é")]),
      ("漢", [.character("漢")]), ("\r", [.enter]), ("\n", [.enter]), ("\t", [.tab]), ("\u{7f}", [.backspace]),
      ("\u{8}", [.backspace]), ("\u{1b}", [.escape]), ("\u{3}", [.control("C")]), ("\u{1a}", [.control("Z")]),
      ("\0", [.control("@")]), ("\u{1f}", [.control("_")]), ("\u{85}", [.unknown]),
      ("jk", [.character("j"), .character("k")]),
    ])
  func characters(text: String, keys: [Key]) {
    var decoder = KeyDecoder()
    #expect(decoder.decode(Self.characters(text)) == keys)
  }

  @Test(
    "Esc starts Alt and sequences that nobody knows, and is itself when alone",
    arguments: [
      ("\u{1b}x", [Key.alt("x")]), ("\u{1b}\u{1b}", [.escape, .escape]), ("\u{1b}[1;5D", [.unknown]),
      ("\u{1b}[Aj\u{1b}[F", [.up, .character("j"), .end]),
      ("\u{1b}[1;5Dj", [.unknown, .character("j")]), ("\u{1b}OD", [.unknown]), ("\u{1b}[", [.unknown]),
      ("\u{1b}O", [.unknown]), ("\u{1b}\u{7f}", [.unknown]), ("j\u{1b}", [.character("j"), .escape]),
    ])
  func escapes(text: String, keys: [Key]) {
    var decoder = KeyDecoder()
    #expect(decoder.decode(Self.characters(text)) == keys)
  }

  @Test(
    "Known sequences come as codes",
    arguments: [
      (KEY_UP, Key?.some(.up)), (KEY_NPAGE, .pageDown), (KEY_BTAB, .backtab), (KEY_DC, .delete),
      (KEY_F0 + 1, .function(1)),
      (KEY_F0 + 12, .function(12)), (KEY_RESIZE, nil), (0x1fff, .unknown), (KEY_F0 + 63, .unknown),
    ])
  func codes(code: CInt, key: Key?) {
    var decoder = KeyDecoder()
    #expect(decoder.decode([.code(code)]) == (key.map { [$0] } ?? []))
  }

  @Test("What is pasted is one text, even over several batches, and no key") func paste() {
    var decoder = KeyDecoder()
    #expect(decoder.decode([.code(KeyDecoder.pasteBegins)] + Self.characters("D\u{1b}x\r")) == [])
    #expect(decoder.decode([.code(KEY_UP)] + Self.characters("y")) == [])
    let rest = decoder.decode([.code(KeyDecoder.pasteEnds)] + Self.characters("j"))
    #expect(rest == [.paste("D\u{1b}x\ry"), .character("j")])
  }

  @Test("A paste is kept to its limit, and an end without a beginning is nothing") func pasteLimits() {
    var decoder = KeyDecoder()
    #expect(decoder.decode([.code(KeyDecoder.pasteEnds)]) == [])
    let flood = Self.characters(String(repeating: "x", count: KeyDecoder.pasteLimit + 100))
    let keys = decoder.decode([.code(KeyDecoder.pasteBegins)] + flood + [.code(KeyDecoder.pasteEnds)])
    #expect(keys == [.paste(String(repeating: "x", count: KeyDecoder.pasteLimit))])
  }

  @Test("Any input gives keys and no crash") func garbage() {
    var generator = SystemRandomNumberGenerator()
    var decoder = KeyDecoder()
    for _ in 0..<2000 {
      let batch: [Input] = (0..<Int.random(in: 0..<20, using: &generator)).map { _ in
        Bool.random(using: &generator)
          ? .character(
            UInt32.random(in: 0...0x120000, using: &generator) >> UInt32.random(in: 0..<21, using: &generator))
          : .code(CInt.random(in: -10...0x2010, using: &generator))
      }
      #expect(decoder.decode(batch).count <= batch.count)
    }
  }
}
