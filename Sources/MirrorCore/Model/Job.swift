public import FoundationEssentials

/// Where a job stands; the same words as on AWS Batch.
public enum JobState: String, Sendable, Codable, CaseIterable, Hashable {
  case submitted = "SUBMITTED"
  case pending = "PENDING"
  case runnable = "RUNNABLE"
  case starting = "STARTING"
  case running = "RUNNING"
  case succeeded = "SUCCEEDED"
  case failed = "FAILED"

  public var isLive: Bool { self != .succeeded && self != .failed }
}

/// Who asked for a job: the timer's run, a push to the source, or a person.
public enum JobOrigin: String, Sendable, Codable, CaseIterable, Hashable {
  case run
  case push
  case adhoc
}

/// One copy of one source image to some destinations, as the queue keeps it.
public struct Job: Sendable, Equatable, Identifiable, Codable {
  public let id: String
  /// `run-…`, `push-…` or `adhoc-…` and a digest of the source.
  public let name: String
  public let origin: JobOrigin
  /// The source in full with its tag.
  public let source: String
  /// Destinations in full with their tags.
  public let destinations: [String]
  /// The run that submitted it.
  public let run: String?
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
    id: String, name: String, origin: JobOrigin, source: String, destinations: [String], run: String? = nil,
    state: JobState, reason: String? = nil, created: Date, started: Date? = nil, stopped: Date? = nil,
    attempts: [JobAttempt] = [], progress: JobProgress? = nil
  ) {
    self.id = id
    self.name = name
    self.origin = origin
    self.source = source
    self.destinations = destinations
    self.run = run
    self.state = state
    self.reason = reason
    self.created = created
    self.started = started
    self.stopped = stopped
    self.attempts = attempts
    self.progress = progress
  }
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
