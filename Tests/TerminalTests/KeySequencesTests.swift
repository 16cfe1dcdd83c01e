import Testing

@testable import Terminal

@Suite struct KeySequencesTests {
  private func sequences(_ capabilities: [String: String]) -> KeySequences {
    KeySequences { capabilities[$0].map { Array($0.utf8) } }
  }

  @Test("A terminal's own sequences are its keys, whatever form they have") func known() {
    let wyse = sequences([
      "kf1": "\u{1}@\r", "kdch1": "\u{1b}W", "kcuu1": "\u{b}", "kf2": "\u{1b}p\r", "kf3": "\u{1b}[M",
    ])
    #expect(KeyDecoderTests.keys("\u{1}@\rj", sequences: wyse) == [.function(1), "j"])
    #expect(KeyDecoderTests.keys("\u{1b}W\u{1b}p\rj", sequences: wyse) == [.delete, .function(2), "j"])
    #expect(KeyDecoderTests.keys("\u{1b}[Mj", sequences: wyse) == [.function(3), "j"])
    // A beginning that does not go on is the key it is elsewhere.
    #expect(KeyDecoderTests.keys("\u{1}", sequences: wyse) == [.control("A")])
    #expect(KeyDecoderTests.keys("\u{1}j", sequences: wyse) == [.control("A"), "j"])
    #expect(KeyDecoderTests.keys("\u{1}@j", sequences: wyse) == [.unknown, "j"])
    #expect(KeyDecoderTests.keys("\u{1b}p", sequences: wyse) == [.alt("p")])
    // Single bytes mean what they mean everywhere.
    #expect(KeyDecoderTests.keys("\u{b}", sequences: wyse) == [.control("K")])
    #expect(
      KeyDecoderTests.keys("\u{1b}[1;2Pj", sequences: sequences(["kf13": "\u{1b}[1;2P"])) == [.function(13), "j"])
  }

  @Test("No description makes a key of a control string or of a report of the cursor's place") func refused() {
    let odd = sequences(["kdch1": "\u{1b}P", "kf1": "\u{1b}]0;", "kf15": "\u{1b}[1;2R", "kf2": "\u{1b}_x"])
    for text in ["\u{1b}PD\u{1b}\\", "\u{1b}]0;D\u{7}", "\u{1b}_xD\u{1b}\\"] {
      #expect(KeyDecoderTests.keys("\(text)j", sequences: odd) == ["j"])
    }
    #expect(KeyDecoderTests.keys("\u{1b}[1;2Rj", sequences: odd) == [.unknown, "j"])
  }

  @Test("Two things in one read are a burst, and so are reads in quick succession; a held key is none") func bursts() {
    var bursts = Bursts()
    let reads: [(inputs: Int, at: Duration, isBurst: Bool)] =
      [
        (1, .zero, false), (1, .milliseconds(24), true), (2, .milliseconds(900), true), (1, .milliseconds(999), true),
        (1, .milliseconds(1098), true), (1, .seconds(2), false),
      ]
      + (1...10).map { (1, .seconds(2) + .milliseconds(33 * $0), false) }
    for read in reads {
      let isBurst = bursts.isBurst(inputs: read.inputs, at: read.at)
      #expect(isBurst == read.isBurst)
    }
  }
}
