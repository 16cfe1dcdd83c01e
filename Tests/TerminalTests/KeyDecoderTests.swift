import Testing

@testable import Terminal

@Suite struct KeyDecoderTests {
  /// What a text gives that comes in one read, and then nothing more.
  static func keys(_ text: String, sequences: KeySequences = KeySequences()) -> [Key] {
    keys(reads: [Array(text.utf8)], sequences: sequences)
  }

  /// What reads give that follow each other within `gap`, and then nothing more.
  static func keys(
    reads: [[UInt8]], gap: Duration = .milliseconds(2), sequences: KeySequences = KeySequences()
  ) -> [Key] {
    var decoder = KeyDecoder(sequences: sequences)
    var keys: [Key] = []
    var time = Duration.zero
    for read in reads {
      keys += decoder.expire(at: time)
      keys += decoder.feed(read, at: time)
      time += gap
    }
    while let deadline = decoder.deadline { keys += decoder.expire(at: deadline) }
    return keys
  }

  @Test(
    "Characters become keys",
    arguments: [
      ("a", [Key.character("a")]), ("A", [.character("A")]), (" ", [.character(" ")]), ("é", [.character("é")]),
      ("漢", [.character("漢")]), ("🚀", [.character("🚀")]), ("\r", [.enter]), ("\n", [.enter]), ("\t", [.tab]),
      ("\u{7f}", [.backspace]), ("\u{8}", [.backspace]), ("\u{1b}", [.escape]), ("\u{3}", [.control("C")]),
      ("\u{1a}", [.control("Z")]), ("\0", [.control("@")]), ("\u{1f}", [.control("_")]), ("\u{85}", [.unknown]),
      ("jk", ["j", "k"]),
    ])
  func characters(text: String, keys: [Key]) {
    #expect(Self.keys(text) == keys)
    #expect(Self.keys(reads: text.utf8.map { [$0] }) == keys)
  }

  @Test(
    "Esc starts Alt and sequences, and is itself when alone",
    arguments: [
      ("\u{1b}x", [Key.alt("x")]), ("\u{1b}é", [.alt("é")]), ("\u{1b}/", [.alt("/")]),
      ("\u{1b}\u{1b}", [.escape, .escape]), ("\u{1b}\u{1b}x", [.escape, .alt("x")]), ("\u{1b}\u{7f}", [.unknown]),
      ("j\u{1b}", ["j", .escape]), ("\u{1b}\u{1b}[A", [.unknown]), ("\u{1b}(B", [.unknown]),
    ])
  func escapes(text: String, keys: [Key]) {
    #expect(Self.keys(text) == keys)
    #expect(Self.keys(reads: text.utf8.map { [$0] }) == keys)
  }

  @Test(
    "Keys are known in the forms of xterm, the VT220, rxvt and the Linux console; with modifiers they are none",
    arguments: [
      ("[A", Key.up), ("OA", .up), ("[B", .down), ("OC", .right), ("[D", .left), ("[H", .home), ("OF", .end),
      ("[1;1A", .up), ("[1~", .home), ("[2~", .insert), ("[3~", .delete), ("[4~", .end), ("[5~", .pageUp),
      ("[6~", .pageDown), ("[7~", .home), ("[8~", .end), ("[Z", .backtab), ("OM", .enter), ("OP", .function(1)),
      ("OS", .function(4)), ("[[A", .function(1)), ("[[E", .function(5)), ("[11~", .function(1)),
      ("[15~", .function(5)), ("[17~", .function(6)), ("[21~", .function(10)), ("[24~", .function(12)),
      ("[34~", .function(20)),
      ("[1;5D", .unknown), ("[3;5~", .unknown), ("[3;1~", .unknown), ("O5D", .unknown), ("[3^", .unknown),
      ("[27;5;68~", .unknown), ("[68;5u", .unknown), ("[?64;1;2c", .unknown), ("[24;80R", .unknown), ("[I", .unknown),
      ("[O", .unknown), ("[[D", .function(4)), ("[99999999999999999999~", .unknown), ("Oj", .unknown),
    ])
  func sequences(text: String, key: Key) {
    let whole = Array("\u{1b}\(text)j".utf8)
    #expect(Self.keys(reads: [whole]) == [key, "j"])
    for gap in [Duration.milliseconds(2), .milliseconds(20)] {
      #expect(Self.keys(reads: whole.map { [$0] }, gap: gap) == [key, "j"])
    }
  }

  @Test(
    "Control strings give no key, however they are split",
    arguments: [
      "\u{1b}]0;*Ddelete 50\r\u{7}", "\u{1b}]0;*Ddelete 50\r\u{1b}\\", "\u{1b}P>|XTerm(390)D\u{1b}\\",
      "\u{1b}Xsos D\u{1b}\\", "\u{1b}^pm D\u{1b}\\", "\u{1b}_apc D\u{1b}\\", "\u{9d}8-bit D\u{9c}",
      "\u{90}1$r0m\u{9c}", "\u{1b}]0;✜ \u{9b}3~ D\u{7}", "\u{1b}PD\u{7}x\u{1b}\\", "\u{1b}]D\u{18}", "\u{1b}PD\u{1a}",
      "\u{1b}]a\u{1b}[3~D\u{7}", "\u{1b}]\u{1b}\u{1b}\\",
    ])
  func strings(text: String) {
    let bytes = Array("\(text)j".utf8)
    #expect(Self.keys(reads: [bytes]) == ["j"])
    #expect(Self.keys(reads: bytes.map { [$0] }, gap: .milliseconds(20)) == ["j"])
    for split in 1..<bytes.count {
      let reads = [Array(bytes[..<split]), Array(bytes[split...])]
      // An Esc is taken for the key after a pause; what then comes of its sequence, in one piece, is no key all the same.
      let begins = bytes[0] == 0x1b && split == 1
      for gap in [Duration.milliseconds(2), .milliseconds(20), .milliseconds(400)] {
        let expected: [Key] = begins && gap > KeyDecoder.escapePause ? [.escape, "j"] : ["j"]
        #expect(Self.keys(reads: reads, gap: gap) == expected, "split at \(split), \(gap)")
      }
    }
  }

  @Test("Eight-bit control codes are those of a lone byte, never a part of a character") func eightBit() {
    #expect(Self.keys(reads: [[0x9b, 0x41, 0x6a]]) == [.up, "j"])
    #expect(Self.keys(reads: [[0x9d, 0x44, 0x9c, 0x6a]]) == ["j"])
    #expect(Self.keys(reads: [[0x8f, 0x50]]) == [.function(1)])
    #expect(Self.keys("Û") == ["Û"])
    // Within a string the last byte of a character is no end of it.
    #expect(Self.keys(reads: [[0x1b, 0x5d, 0xe2, 0x9c, 0x9c, 0x44, 0x07, 0x6a]]) == ["j"])
    #expect(Self.keys(reads: [[0xe2, 0x28, 0xff, 0xc0, 0x6a]]) == [.unknown, "(", .unknown, .unknown, "j"])
  }

  @Test("An X10 report is three bytes, whatever they are") func x10() {
    #expect(Self.keys("\u{1b}[MDDDj") == ["j"])
    #expect(Self.keys(reads: [[0x1b, 0x5b, 0x4d, 0xff, 0x9d], [0x44, 0x6a]]) == ["j"])
    #expect(Self.keys(reads: [[0x1b], [0x5b], [0x4d], [0x44], [0x44], [0x44], [0x6a]]) == ["j"])
  }

  @Test("What does not go on is given up whole, after a pause") func pauses() {
    var decoder = KeyDecoder()
    for beginning in ["\u{1b}[1;", "\u{1b}O", "\u{1b}[", "\u{1b}[MD", "\u{1b}]0;D", "\u{1b}PD\u{1b}", "\u{9b}3"] {
      #expect(decoder.feed(Array(beginning.utf8), at: .seconds(1)) == [])
      #expect(decoder.deadline == .seconds(2))
      #expect(decoder.expire(at: .milliseconds(1999)) == [])
      #expect(decoder.isPending)
      #expect(decoder.expire(at: .seconds(2)) == [])
      #expect(!decoder.isPending)
      #expect(decoder.feed([0x6a], at: .seconds(3)) == ["j"])
    }
    #expect(decoder.feed([0x1b], at: .seconds(1)) == [])
    #expect(decoder.expire(at: .milliseconds(1049)) == [])
    #expect(decoder.expire(at: .milliseconds(1050)) == [.escape])
    #expect(decoder.feed([0xe2, 0x9c], at: .seconds(1)) == [])
    #expect(decoder.expire(at: .seconds(2)) == [])
    #expect(decoder.feed([0x6a], at: .seconds(3)) == ["j"])
  }

  @Test("A string that goes on for ever takes keys up to a bound in bytes and time only; ^C is a key at once")
  func endlessStrings() {
    let flood = Array(repeating: UInt8(0x44), count: KeyDecoder.stringLimit + 1)
    var decoder = KeyDecoder()
    #expect(decoder.feed([0x1b, 0x5d] + flood, at: .zero) == [])
    #expect(decoder.deadline == KeyDecoder.escapePause)
    #expect(decoder.expire(at: .milliseconds(50)) == [])
    #expect(!decoder.isPending)

    #expect(decoder.feed([0x1b, 0x50], at: .zero) == [])
    for tenth in 1...60 { #expect(decoder.feed([0x44], at: .milliseconds(tenth * 100)) == []) }
    #expect(decoder.deadline == .milliseconds(6050))
    #expect(decoder.feed([0x44, 0x03], at: .milliseconds(6040)) == [.control("C")])
    // What still comes of it is no key.
    #expect(decoder.feed([0x03, 0x44], at: .milliseconds(6041)) == [])
    #expect(decoder.expire(at: .milliseconds(6091)) == [])
    #expect(decoder.feed([0x6a], at: .milliseconds(6092)) == ["j"])
  }

  @Test("Memory is bounded, whatever goes on for ever") func bounds() {
    var decoder = KeyDecoder()
    let digits = Array(repeating: UInt8(0x31), count: 100_000)
    #expect(decoder.feed([0x1b, 0x5b] + digits + [0x44, 0x6a], at: .zero) == [.unknown, "j"])
    #expect(decoder.feed([0x1b, 0x4f] + digits + [0x44, 0x6a], at: .zero) == [.unknown, "j"])
    let escapes = Array(repeating: UInt8(0x1b), count: 100_000)
    #expect(decoder.feed(escapes, at: .zero) == [])
    #expect(decoder.expire(at: .seconds(1)).count == 8)
  }

  @Test("Single bytes of another charset are characters where it has them, and control codes where it has not")
  func otherCharsets() {
    let latin = Charset.other { bytes in bytes[0] == 0x95 ? .invalid : .scalar(UInt32(bytes[0])) }
    var decoder = KeyDecoder(charset: latin)
    #expect(decoder.feed([0xe9, 0x6a, 0x9b, 0x41, 0x95], at: .zero) == ["é", "j", .up, .unknown])
    let double = Charset.other { bytes in bytes.count < 2 ? .incomplete : .scalar(0x6f22) }
    decoder = KeyDecoder(charset: double)
    #expect(decoder.feed([0x8a], at: .zero) == [])
    #expect(decoder.feed([0x5b, 0x41], at: .zero) == ["漢", "A"])
  }

  @Test("Any bytes give keys and no crash, no more than there are bytes") func garbage() {
    var random = SystemRandomNumberGenerator()
    for _ in 0..<200 {
      var decoder = KeyDecoder()
      var (keys, bytes, time) = (0, 0, Duration.zero)
      for _ in 0..<20 {
        let read = (0..<Int.random(in: 0..<40, using: &random)).map { _ in
          [0x1b, 0x5b, 0x9b, 0x5d, 0x9c, 0x07, 0x4d, UInt8.random(in: 0...255, using: &random)]
            .randomElement(using: &random) ?? 0
        }
        time += .milliseconds([1, 30, 60, 1200].randomElement(using: &random) ?? 1)
        keys += decoder.expire(at: time).count + decoder.feed(read, at: time).count
        bytes += read.count
      }
      #expect(keys <= bytes)
    }
  }
}
