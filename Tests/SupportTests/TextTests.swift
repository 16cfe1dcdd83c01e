import FoundationEssentials
import Testing

@testable import Support

struct TextTests {
  @Test(
    "Whatever could steer a terminal is made harmless",
    arguments: [
      ("plain", "plain"), ("a\u{1b}[31mb", "a\u{fffd}[31mb"), ("a\tb\nc\r\nd", "a b c  d"),
      ("\u{9b}31m", "\u{fffd}31m"),
      ("\u{202e}evil", "\u{fffd}evil"), ("\u{2066}x\u{2069}", "\u{fffd}x\u{fffd}"), ("é中🐳", "é中🐳"),
      ("\u{7f}", "\u{fffd}"),
      ("\0", "\u{fffd}"), ("\u{feff}x", "\u{fffd}x"),
    ])
  func cleaned(text: String, expected: String) {
    #expect(text.cleaned == expected)
  }

  @Test("No text keeps a control character, in random mixtures")
  func random() {
    for _ in 0..<2000 {
      let text = String(
        String.UnicodeScalarView((0..<20).compactMap { _ in Unicode.Scalar(UInt32.random(in: 0...0x2fff)) }))
      #expect(text.cleaned.unicodeScalars.allSatisfy { !$0.isUnsafeToShow })
    }
  }

  @Test(
    "Texts are cut with a sign that something is missing",
    arguments: [("abc", 3, "abc"), ("abcd", 3, "ab…"), ("ab", 1, "…"), ("ab", 0, "")])
  func shortened(text: String, length: Int, expected: String) {
    #expect(text.shortened(to: length) == expected)
  }

  @Test(
    "Durations are read",
    arguments: [("90s", 90), ("15m", 900), ("1h30m", 5400), ("7d", 604_800), ("2w", 1_209_600), ("0s", 0)])
  func durations(text: String, seconds: Int) {
    #expect(Duration(text: text) == .seconds(seconds))
  }

  @Test("What is no duration is none", arguments: ["", "5", "m", "-5m", "1.5h", "5 m", "1y", "99999999999s", "١s"])
  func noDurations(text: String) {
    #expect(Duration(text: text) == nil)
  }

  @Test(
    "Durations are shown in at most two units",
    arguments: [
      (0, "0s"), (59, "59s"), (60, "1m"), (3600, "1h"), (5400, "1h30m"), (90000, "1d1h"), (864_000, "10d"), (-5, "0s"),
    ])
  func brief(seconds: Int, expected: String) {
    #expect(Duration.seconds(seconds).brief == expected)
  }

  @Test("Times go to text and back")
  func times() {
    let date = Date(timeIntervalSince1970: 1_795_464_000)
    #expect(Date(rfc3339: date.rfc3339) == date)
    #expect(Date(rfc3339: "2026-11-23T21:00:00+01:00") == Date(rfc3339: "2026-11-23T20:00:00Z"))
    #expect(Date(rfc3339: "2026-11-23") == nil)
  }

  @Test("Lines come whole, whatever the pieces", arguments: [1, 2, 3, 7, 100])
  func lines(piece: Int) {
    let bytes = Array("one\r\ntwo\n\nfour".utf8)
    var splitter = LineSplitter()
    var lines: [String] = []
    for start in stride(from: 0, to: bytes.count, by: piece) {
      lines += splitter.feed(bytes[start..<min(start + piece, bytes.count)])
    }
    #expect(lines == ["one", "two", ""])
    #expect(splitter.finish() == "four")
    #expect(splitter.finish() == nil)
  }

  @Test("A line over the limit is cut, and the next is whole")
  func longLine() {
    var splitter = LineSplitter(limit: 4)
    #expect(splitter.feed(Array("abcdefgh\nxy\n".utf8)) == ["abcd…", "xy"])
  }

  @Test("Waits grow, with a limit")
  func backoff() {
    let backoff = Backoff(base: .seconds(1), limit: .seconds(10))
    #expect((1...6).map { backoff.ceiling(attempt: $0) } == [1, 2, 4, 8, 10, 10].map { .seconds($0) })
    #expect(backoff.ceiling(attempt: 1_000_000) == .seconds(10))
    #expect(backoff.wait(attempt: 3) <= .seconds(4))
  }
}
