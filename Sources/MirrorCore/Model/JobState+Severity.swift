public import FoundationEssentials
import Support

extension JobState {
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
