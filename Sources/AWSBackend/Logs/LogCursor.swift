/// Where a reader of a job's logs is, as `ATTEMPT:TIME:TOKEN`.
struct LogCursor: Sendable, Equatable, CustomStringConvertible {
  var attempt: Int
  /// Of the last event that was read, in milliseconds since 1970.
  var time: Int64?
  /// nil before the first page.
  var token: String?

  init(attempt: Int, time: Int64? = nil, token: String? = nil) {
    self.attempt = attempt
    self.time = time
    self.token = token
  }

  /// - Returns: nil for what is none.
  init?(_ text: String) {
    let parts = text.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
    guard parts.count == 3, let attempt = Int(parts[0]) else { return nil }
    self.init(attempt: attempt, time: Int64(parts[1]), token: parts[2].isEmpty ? nil : String(parts[2]))
  }

  var description: String { "\(attempt):\(time.map { "\($0)" } ?? ""):\(token ?? "")" }
}
