public import FoundationEssentials
import Support

/// An end date as people write it.
public struct Expiry: Sendable, Equatable {
  /// nil for never.
  public let date: Date?

  /// `never`, RFC 3339, a day (its end, UTC), or a time from now such as `30d`, of the years 1 to 9999.
  public init?(_ text: String, now: Date) {
    if text == "never" {
      date = nil
    } else if let moment = Date(rfc3339: text) {
      date = moment
    } else if let endOfDay = Date(rfc3339: text + "T23:59:59Z") {
      date = endOfDay
    } else if let duration = Duration(text: text),
      let moment = Date(outside: now.timeIntervalSince1970 + duration.seconds)
    {
      date = moment
    } else {
      return nil
    }
  }
}
