public import FoundationEssentials
import OCIRegistry

/// Where a job stands; the same words as on AWS Batch, but for what a person stopped.
public enum JobState: String, Sendable, Codable, CaseIterable, Hashable {
  case submitted = "SUBMITTED"
  case pending = "PENDING"
  case runnable = "RUNNABLE"
  case starting = "STARTING"
  case running = "RUNNING"
  case succeeded = "SUCCEEDED"
  case failed = "FAILED"
  /// A person stopped it. AWS Batch calls that `FAILED`, with the person's reason.
  case cancelled = "CANCELLED"

  public var isLive: Bool { self != .succeeded && self != .failed && self != .cancelled }

  /// Whether nothing of it has begun, or nothing of its next try.
  public var isWaiting: Bool { self == .submitted || self == .pending || self == .runnable }
}

/// Who asked for a job: the timer's run, a push to the source, or a person.
public enum JobOrigin: String, Sendable, Codable, CaseIterable, Hashable {
  case run
  case push
  case adhoc
}

/// A request as the queue keeps it, and how it stands.
@dynamicMemberLookup
public struct Job: Sendable, Equatable, Identifiable {
  public let id: String
  /// `run-…`, `push-…` or `adhoc-…` and a digest of the source.
  public let name: String
  public var request: JobRequest
  public var state: JobState
  /// Why it ended, waits or is tried again, as a sentence.
  public var reason: String?
  public var created: Date
  public var started: Date?
  public var stopped: Date?
  /// Finished attempts and the one under way, oldest first.
  public var attempts: [JobAttempt]
  public var progress: JobProgress?

  public init(
    id: String, name: String, request: JobRequest, state: JobState, reason: String? = nil, created: Date,
    started: Date? = nil, stopped: Date? = nil, attempts: [JobAttempt] = [], progress: JobProgress? = nil
  ) {
    self.id = id
    self.name = name
    self.request = request
    self.state = state
    self.reason = reason
    self.created = created
    self.started = started
    self.stopped = stopped
    self.attempts = attempts
    self.progress = progress
  }

  public subscript<Value>(dynamicMember path: KeyPath<JobRequest, Value>) -> Value { request[keyPath: path] }
}

/// One try at a job.
public struct JobAttempt: Sendable, Equatable, Codable {
  /// 1 for the first.
  public var number: Int
  public var started: Date
  public var stopped: Date?
  public var exitCode: Int?
  public var reason: String?

  public init(number: Int, started: Date, stopped: Date? = nil, exitCode: Int? = nil, reason: String? = nil) {
    self.number = number
    self.started = started
    self.stopped = stopped
    self.exitCode = exitCode
    self.reason = reason
  }
}

extension Job {
  /// One of its images.
  ///
  /// - Parameter name: its source, as a person spells it.
  public func findImage(_ name: String) -> JobImage? {
    let full = (try? ImageReference(name))?.description
    return request.images.first { $0.source == name || $0.source == full }
  }
}
