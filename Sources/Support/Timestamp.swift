public import FoundationEssentials

extension Date {
  /// The times that RFC 3339 can say: the years 1 to 9999, as Foundation reckons them, Julian before 1582.
  public static let sayable =
    Date(timeIntervalSince1970: -62_135_769_600)...Date(timeIntervalSince1970: 253_402_300_799)

  /// A time that somebody else wrote.
  ///
  /// - Parameter seconds: since 1970.
  /// - Returns: nil for what is no number, and for times that are not `sayable`.
  public init?(outside seconds: Double) {
    guard seconds.isFinite, Self.sayable.contains(Date(timeIntervalSince1970: seconds)) else { return nil }
    self.init(timeIntervalSince1970: seconds)
  }

  /// The nearest time that is `sayable`: whoever made this one, it can be reckoned with and written.
  public var bounded: Date {
    // What is no number is less than nothing.
    timeIntervalSince1970 >= Self.sayable.lowerBound.timeIntervalSince1970
      ? min(self, Self.sayable.upperBound) : Self.sayable.lowerBound
  }

  /// RFC 3339 in UTC with whole seconds: `2026-11-23T20:00:00Z`.
  public var rfc3339: String {
    let date = bounded
    // A formatter takes ten times as long, and tables are full of times; it knows Julian years too.
    return date.gregorian ?? date.formatted(Date.ISO8601FormatStyle())
  }

  /// The same for the years 1970 to 9999.
  private var gregorian: String? {
    let seconds = Int64(timeIntervalSince1970.rounded(.down))
    guard seconds >= 0 else { return nil }
    let (days, time) = (seconds / 86_400, seconds % 86_400)
    // Years counted from March, in eras of 400: http://howardhinnant.github.io/date_algorithms.html#civil_from_days
    let shifted = days + 719_468
    let (era, day) = (shifted / 146_097, shifted % 146_097)
    let year = (day - day / 1460 + day / 36_524 - day / 146_096) / 365
    let dayOfYear = day - (365 * year + year / 4 - year / 100)
    let month = (5 * dayOfYear + 2) / 153
    let parts = [
      year + era * 400 + (month >= 10 ? 1 : 0), month < 10 ? month + 3 : month - 9,
      dayOfYear - (153 * month + 2) / 5 + 1,
      time / 3600, time / 60 % 60, time % 60,
    ]
    return String(unsafeUninitializedCapacity: 20) { text in
      var end = 0
      for (value, (width, sign)) in zip(parts, Self.layout) {
        var rest = value
        for place in (end..<(end + width)).reversed() {
          text[place] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10)
          rest /= 10
        }
        text[end + width] = sign
        end += width + 1
      }
      return end
    }
  }

  private static let layout: [(width: Int, sign: UInt8)] = zip([4, 2, 2, 2, 2, 2], "--T::Z".utf8).map { ($0, $1) }

  /// The same with milliseconds: `2026-11-23T20:00:00.123Z`. Such texts sort as the times do.
  public var rfc3339Milliseconds: String {
    // A formatter would cut the fraction off, and a time that is read and written again would move.
    let milliseconds = milliseconds
    let fraction = (milliseconds % 1000 + 1000) % 1000
    let seconds = Date(timeIntervalSince1970: Double((milliseconds - fraction) / 1000)).rfc3339
    return "\(seconds.dropLast()).\(String(1000 + fraction).dropFirst())Z"
  }

  /// Reads RFC 3339 with or without fractional seconds, with `Z` or a numeric offset.
  ///
  /// - Returns: nil for anything else, and for what is not `sayable`.
  public init?(rfc3339 text: String) {
    // No time is longer, with digits of a second and an offset.
    guard text.utf8.count <= 64 else { return nil }
    let date =
      (try? Date(text, strategy: Date.ISO8601FormatStyle()))
      ?? (try? Date(text, strategy: Date.ISO8601FormatStyle(includingFractionalSeconds: true)))
    guard let date, Self.sayable.contains(date) else { return nil }
    self = date
  }

  /// The time from `other` to this one.
  public func since(_ other: Date) -> Duration {
    .milliseconds(milliseconds - other.milliseconds)
  }

  /// From whole milliseconds since 1970, or the nearest that is `sayable`.
  public init(milliseconds: Int64) {
    self = Date(timeIntervalSince1970: Double(milliseconds) / 1000).bounded
  }

  /// Whole milliseconds since 1970, of the nearest time that is `sayable`.
  public var milliseconds: Int64 { Int64((bounded.timeIntervalSince1970 * 1000).rounded()) }
}
