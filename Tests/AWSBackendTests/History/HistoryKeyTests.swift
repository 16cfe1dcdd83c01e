import FoundationEssentials
import Support
import Testing

@testable import AWSBackend

struct HistoryKeyTests {
  @Test(
    "Months go back over the turn of the year",
    arguments: [
      ("2026-01-15T00:00:00Z", "2025-10-17T00:00:00Z", ["2026-01", "2025-12", "2025-11", "2025-10"]),
      ("2026-11-30T23:59:59Z", "2026-11-01T00:00:00Z", ["2026-11"]),
      ("2026-12-01T00:00:00Z", "2026-11-30T23:59:59Z", ["2026-12", "2026-11"]),
      ("2026-01-01T00:00:00Z", "2026-02-01T00:00:00Z", []),
    ])
  func months(newest: String, oldest: String, expected: [String]) throws {
    let (newest, oldest) = (try #require(Date(rfc3339: newest)), try #require(Date(rfc3339: oldest)))
    #expect(HistoryKey.months(from: newest, backTo: oldest) == expected)
  }

  @Test("Range keys sort as the times do, to the millisecond")
  func order() {
    let times = (0..<2000).map { _ in Double.random(in: 0...4e9) } + [0, 0.0004, 0.0006, 0.9994, 0.9996, 1]
    let sorted = times.sorted().map { Date(timeIntervalSince1970: $0).rfc3339Milliseconds }
    #expect(sorted == sorted.sorted())
    #expect(sorted.allSatisfy { $0.utf8.count == 24 })
    #expect(Date(timeIntervalSince1970: 1_767_225_599.9996).rfc3339Milliseconds == "2026-01-01T00:00:00.000Z")
    #expect(Date(timeIntervalSince1970: 1_767_225_600.123).rfc3339Milliseconds == "2026-01-01T00:00:00.123Z")
  }
}
