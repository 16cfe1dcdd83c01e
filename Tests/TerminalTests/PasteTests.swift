import Testing

@testable import Terminal

@Suite struct PasteTests {
  static let begin = Array("\u{1b}[200~".utf8)
  static let end = Array("\u{1b}[201~".utf8)

  @Test("What is pasted is one text, even over several reads, and no key") func paste() {
    let bytes = Self.begin + Array("D\u{1b}x\r\u{1b}[3~y\u{1b}[20é".utf8) + Self.end + [0x6a]
    let expected: [Key] = [.paste("D\u{1b}x\r\u{1b}[3~y\u{1b}[20é"), "j"]
    #expect(KeyDecoderTests.keys(reads: [bytes]) == expected)
    #expect(KeyDecoderTests.keys(reads: bytes.map { [$0] }, gap: .milliseconds(20)) == expected)
  }

  @Test("A paste that never ends is done after a pause, and keys work again") func endless() {
    var decoder = KeyDecoder()
    #expect(decoder.feed(Self.begin + [0x44], at: .zero) == [])
    #expect(decoder.feed([0x79], at: .milliseconds(900)) == [])
    #expect(decoder.expire(at: .milliseconds(1899)) == [])
    #expect(decoder.expire(at: .milliseconds(1900)) == [.paste("Dy")])
    #expect(decoder.feed([0x6a], at: .seconds(2)) == ["j"])
  }

  @Test("^C ends a paste, and what still comes of it is no key") func interrupted() {
    var decoder = KeyDecoder()
    #expect(decoder.feed(Self.begin + [0x44], at: .zero) == [])
    #expect(decoder.feed([0x03], at: .milliseconds(1)) == [.paste("D"), .control("C")])
    #expect(decoder.feed([0x44] + Self.end + [0x6a], at: .milliseconds(2)) == ["j"])
    // Within a text it is a part of it.
    #expect(decoder.feed(Self.begin + [0x03, 0x44] + Self.end, at: .seconds(1)) == [.paste("\u{3}D")])
  }

  @Test("A paste is cut at its limit, its rest is no key, and an end without a beginning is nothing") func limit() {
    #expect(KeyDecoderTests.keys(reads: [Self.end]) == [.unknown])
    let flood = Array(repeating: UInt8(0x78), count: PasteText.limit + 200_000)
    let text = String(repeating: "x", count: PasteText.limit)
    #expect(KeyDecoderTests.keys(reads: [Self.begin + flood + Self.end + [0x6a]]) == [.paste(text), "j"])
    var decoder = KeyDecoder()
    #expect(decoder.feed(Self.begin + flood, at: .zero) == [.paste(text)])
    #expect(decoder.feed([0x44], at: .milliseconds(500)) == [])
    #expect(decoder.expire(at: .milliseconds(1500)) == [])
    #expect(decoder.feed([0x6a], at: .seconds(2)) == ["j"])
  }
}
