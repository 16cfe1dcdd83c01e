public import FoundationEssentials

extension Date {
  /// RFC 3339 in UTC with whole seconds: `2026-11-23T20:00:00Z`.
  public var rfc3339: String {
    formatted(Date.ISO8601FormatStyle())
  }

  /// The same with milliseconds: `2026-11-23T20:00:00.123Z`. Such texts sort as the times do.
  public var rfc3339Milliseconds: String {
    // A formatter would cut the fraction off, and a time that is read and written again would move.
    let milliseconds = Int64((timeIntervalSince1970 * 1000).rounded())
    let fraction = (milliseconds % 1000 + 1000) % 1000
    let seconds = Date(timeIntervalSince1970: Double((milliseconds - fraction) / 1000)).rfc3339
    return "\(seconds.dropLast()).\(String(1000 + fraction).dropFirst())Z"
  }

  /// Reads RFC 3339 with or without fractional seconds, with `Z` or a numeric offset.
  ///
  /// - Returns: nil for anything else.
  public init?(rfc3339 text: String) {
    if let date = try? Date(text, strategy: Date.ISO8601FormatStyle()) {
      self = date
    } else if let date = try? Date(text, strategy: Date.ISO8601FormatStyle(includingFractionalSeconds: true)) {
      self = date
    } else {
      return nil
    }
  }

  /// The time from `other` to this one.
  public func since(_ other: Date) -> Duration {
    .milliseconds(Int64((timeIntervalSince(other) * 1000).rounded()))
  }

  /// From whole milliseconds since 1970.
  public init(milliseconds: Int64) {
    self.init(timeIntervalSince1970: Double(milliseconds) / 1000)
  }

  /// Whole milliseconds since 1970.
  public var milliseconds: Int64 { Int64((timeIntervalSince1970 * 1000).rounded()) }
}
