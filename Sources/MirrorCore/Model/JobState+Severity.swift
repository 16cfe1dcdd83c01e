public import FoundationEssentials
import Support

extension JobState {
  /// As an operator says it: what AWS Batch tells apart before a job starts is all one queue.
  public var word: String {
    switch self {
    case .submitted, .pending, .runnable: "queued"
    case .starting: "starting"
    case .running: "running"
    case .succeeded: "done"
    case .failed: "failed"
    case .cancelled: "cancelled"
    }
  }

  /// The word, and the queue's own where it is another.
  public var words: String { word == rawValue.lowercased() ? word : "\(word) (\(rawValue))" }

  /// Each word once, in the order of a job's life.
  public static let allWords = allCases.map(\.word).reduce(into: [String]()) { words, word in
    if !words.contains(word) { words.append(word) }
  }

  public var severity: Severity {
    switch self {
    case .submitted, .pending, .runnable: .info
    case .starting, .running: .busy
    case .succeeded: .good
    case .failed: .bad
    case .cancelled: .idle
    }
  }

  /// How long a job usually waits at the most before it runs: a container is there within a minute or so, and a worker
  /// sooner.
  public static let patience = Duration.seconds(600)

  /// Whether a job waits for what does not come.
  public func isStuck(since created: Date, at now: Date) -> Bool {
    isLive && self != .running && now.since(created) > Self.patience
  }
}

extension JobOrigin {
  /// As an operator says it.
  public var word: String { self == .adhoc ? "manual" : rawValue }
}
