import FoundationEssentials
import HTTP
import MirrorCore
import Support

extension FuzzTarget {
  /// Dates and durations as people, files and servers write them.
  static let times = FuzzTarget("times", longest: 256) { bytes throws(Broken) in
    let text = String(decoding: bytes, as: UTF8.self)
    if let date = Date(rfc3339: text) {
      let again = Date(rfc3339: date.rfc3339Milliseconds)
      try hold(again?.milliseconds == date.milliseconds, "\(date.rfc3339Milliseconds) reads back otherwise")
    }
    if let date = Date(httpDate: text) {
      try hold(Date(rfc3339: date.rfc3339) == date, "\(date.rfc3339) reads back otherwise")
    }
    if let duration = Duration(text: text) {
      try hold(duration >= .zero, "less than nothing: \(duration)")
      try holdReadable(duration.brief, within: 30)
    }
    if let expiry = Expiry(text, now: Date(timeIntervalSince1970: 1_795_000_000)), let date = expiry.date {
      try holdReadable(date.rfc3339, within: 40)
    }
  }
}
