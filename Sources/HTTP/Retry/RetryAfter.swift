public import FoundationEssentials
import Support

extension HTTPResponse {
  /// The `Retry-After` header as a wait: seconds or an HTTP date, at least nothing, at most a day.
  ///
  /// - Parameter now: this machine's time; of two dates in an answer the server's own `Date` counts instead.
  public func retryAfter(now: Date) -> Duration? {
    guard let text = headers["Retry-After"]?.trimmedOfBlanks else { return nil }
    let day = Duration.seconds(86_400)
    if !text.isEmpty, text.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) {
      return min(Int64(text).map { .seconds(min($0, 86_400)) } ?? day, day)
    }
    guard let date = Date(httpDate: text) else { return nil }
    return min(max(date.since(headers["Date"].flatMap { Date(httpDate: $0.trimmedOfBlanks) } ?? now), .zero), day)
  }
}
