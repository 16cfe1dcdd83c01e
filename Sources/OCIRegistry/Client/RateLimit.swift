/// One value of the `ratelimit-limit` and `ratelimit-remaining` headers: `100;w=21600`.
public struct RateLimit: Sendable, Equatable {
  public var count: Int
  /// The window the count is for.
  public var window: Duration?

  public init(count: Int, window: Duration? = nil) {
    self.count = count
    self.window = window
  }

  /// Reads the first item of a header value.
  ///
  /// - Returns: nil where it is no whole number, or one beyond reason (10¹², and windows beyond a year).
  public init?(_ header: String) {
    let item = header.split(separator: ",", maxSplits: 1).first ?? ""
    let parts = item.split(separator: ";").map { $0.filter { $0 != " " && $0 != "\t" } }
    guard let first = parts.first, let count = Int(first), (0...1_000_000_000_000).contains(count) else { return nil }
    self.count = count
    let seconds = parts.dropFirst().lazy.compactMap { part in
      part.lowercased().hasPrefix("w=") ? Int(part.dropFirst(2)) : nil
    }.first
    window = seconds.flatMap { (1...31_536_000).contains($0) ? .seconds($0) : nil }
  }
}
