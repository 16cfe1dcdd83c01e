import FoundationEssentials
import Testing

@testable import Support

@Suite struct TimestampTests {
  @Test func timesAreWrittenAsFoundationWritesThem() {
    var seconds: [Double] = [
      0, 0.999, -0.001, -1, -86_400, 951_782_399, 951_782_400, 951_868_800, 1_709_164_800, 4_107_542_400, 4_107_628_800,
      253_402_300_799, 253_402_300_800, -62_135_769_600,
    ]
    // Days and odd times of them all over the years 1970 to 9999.
    seconds += (0..<4000).map { Double($0) * 63_352_799.5 }
    for second in seconds {
      let date = Date(timeIntervalSince1970: second)
      #expect(date.rfc3339 == date.bounded.formatted(Date.ISO8601FormatStyle()), "\(second)")
    }
  }
}
