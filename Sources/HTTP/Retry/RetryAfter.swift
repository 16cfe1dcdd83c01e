public import FoundationEssentials
import Support

/// The value of a `Retry-After` header (RFC 9110, section 10.2.3).
public enum RetryAfter {
  private static let day = Duration.seconds(86_400)

  /// As a wait: seconds or an HTTP date, at least nothing, at most a day.
  ///
  /// - Returns: nil for what is neither.
  public static func wait(_ value: String, now: Date) -> Duration? {
    let text = value.trimmedOfBlanks
    if !text.isEmpty, text.utf8.allSatisfy(isDigit) {
      return min(Int64(text).map { .seconds(min($0, 86_400)) } ?? day, day)
    }
    return Date(httpDate: text).map { min(max($0.since(now), .zero), day) }
  }
}

extension HTTPResponse {
  /// How long the server wants to be left alone; nil where it does not say.
  ///
  /// - Parameter now: this machine's time; of two dates in an answer the server's own `Date` counts instead.
  public func retryAfter(now: Date) -> Duration? {
    headers["Retry-After"].flatMap { value in
      RetryAfter.wait(value, now: headers["Date"].flatMap { Date(httpDate: $0.trimmedOfBlanks) } ?? now)
    }
  }
}
