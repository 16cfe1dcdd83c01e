import FoundationEssentials
import Testing

@testable import Support

/// Numbers that somebody else wrote: none of them ends the program.
@Suite struct OutsideNumberTests {
  @Test(
    "A time from outside is one of the years 1 to 9999, or none",
    arguments: [
      (0, "1970-01-01T00:00:00Z"), (253_402_300_799, "9999-12-31T23:59:59Z"), (-62_135_769_600, "0001-01-01T00:00:00Z"),
      (253_402_300_800, nil), (-62_135_769_601, nil), (.nan, nil), (.infinity, nil), (-.infinity, nil), (1e300, nil),
      (Double(Int64.max), nil), (Double(Int64.min), nil),
    ] as [(Double, String?)])
  func outside(seconds: Double, expected: String?) {
    #expect(Date(outside: seconds)?.rfc3339 == expected)
  }

  @Test(
    "Whatever time there is can be written and reckoned with",
    arguments: [.nan, .infinity, -.infinity, 1e300, -1e300, 1e19, -1e19, Double(Int64.max), Double(Int64.min), 1e12])
  func anyTime(seconds: Double) {
    let date = Date(timeIntervalSince1970: seconds)
    let isLate = seconds > 0
    #expect(date.rfc3339 == (isLate ? "9999-12-31T23:59:59Z" : "0001-01-01T00:00:00Z"))
    #expect(date.rfc3339Milliseconds == (isLate ? "9999-12-31T23:59:59.000Z" : "0001-01-01T00:00:00.000Z"))
    #expect(date.milliseconds == (isLate ? 253_402_300_799_000 : -62_135_769_600_000))
    #expect(abs(date.since(Date(timeIntervalSince1970: 0)).components.seconds) <= 253_402_300_799)
    #expect(Date(timeIntervalSince1970: 0).since(date).brief.isEmpty == false)
  }

  @Test("Milliseconds of any number are a time", arguments: [Int64.max, .min, 0, 1, -1, 253_402_300_800_000])
  func milliseconds(number: Int64) {
    #expect(Date.sayable.contains(Date(milliseconds: number)))
  }

  @Test(
    "Times in words beyond those years, and words without end, are none",
    arguments: [
      "10000-01-01T00:00:00Z", "99999-01-01T00:00:00Z", "+292277026596-12-04T15:30:07Z", "-0001-01-01T00:00:00Z",
      "0000-01-01T00:00:00Z", "2026-11-28T20:00:00." + String(repeating: "1", count: 100_000) + "Z",
    ])
  func words(text: String) {
    #expect(Date(rfc3339: text) == nil)
  }

  @Test("Durations end somewhere, however often a unit comes", arguments: [1, 1000, 100_000])
  func durations(times: Int) {
    #expect(Duration(text: String(repeating: "999999999w", count: times)) == nil)
    #expect(Duration(text: String(repeating: "1s", count: times)) == .seconds(times))
  }

  @Test("Sums and products end with the largest number")
  func sums() {
    #expect(Int64.max.plus(1) == .max && Int64.max.plus(.max) == .max && Int64(2).plus(3) == 5)
    #expect(Int64.max.times(2) == .max && Int64(2).times(3) == 6 && Int64.max.times(0) == 0)
    #expect(Int.max.plus(1) == .max)
  }

  @Test(
    "A version of any size is none, or one of which a range can be made",
    arguments: ["9223372036854775807", "9223372036854775806", "99999999999999999999", "0"])
  func versions(number: String) {
    for sign in ["^", "~", "=", ">", ""] {
      for form in ["\(number)", "1.\(number)", "1.2.\(number)", "\(number).x", "1.\(number).x"] {
        guard let range = SemanticVersionRange(sign + form) else { continue }
        #expect(SemanticVersionRange(range.description) == range)
      }
    }
    #expect(SemanticVersionRange("^9223372036854775807") == nil)
  }
}
