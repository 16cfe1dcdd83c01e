public import FoundationEssentials
import Support

extension HTTPResponse {
  /// The `Retry-After` header as a wait from `now`: seconds or an HTTP date, at least nothing, at most a day.
  public func retryAfter(now: Date) -> Duration? {
    guard let text = headers["Retry-After"]?.trimmedOfBlanks else { return nil }
    let day = Duration.seconds(86_400)
    if !text.isEmpty, text.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) {
      return min(Int64(text).map { .seconds(min($0, 86_400)) } ?? day, day)
    }
    guard let date = Date(httpDate: text) else { return nil }
    return min(max(date.since(now), .zero), day)
  }
}
